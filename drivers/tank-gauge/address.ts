import { z } from 'zod';
import { refuse, type Fault } from '#config/fault.ts';
import { nearest } from '#config/nearest.ts';
import { inventoryFields, statusBits, type InventoryField, type StatusBit } from './inventory.ts';
import { tankAlarms, type TankAlarm } from './tank-alarms.ts';

export type Item =
  | { readonly kind: 'field'; readonly field: InventoryField }
  | { readonly kind: 'status'; readonly bit: StatusBit }
  | { readonly kind: 'alarm'; readonly alarm: TankAlarm };

/** One thing of one tank. */
export interface TankAddress {
  /** 1 to 99, as on the console. */
  readonly tank: number;
  readonly item: Item;
}

const bitNames = Object.keys(statusBits) as StatusBit[];
const words = [...inventoryFields, ...bitNames, ...tankAlarms.map((alarm) => `alarm:${alarm}`)];

/** `tank:3 height`, `tank:3 delivery`, `tank:3 alarm:overfill`. */
export const addressSchema = z
  .string()
  .meta({
    description: 'Tank number as on the console, then what of it',
    examples: ['tank:3 height', 'tank:3 delivery', 'tank:3 alarm:overfill'],
  })
  .transform((text, context): TankAddress => {
    const address = parse(text);
    if (!('what' in address)) return address;
    refuse(context, address);
    return z.NEVER;
  });

function parse(text: string): TankAddress | Fault {
  const [, number = '', word = ''] = /^tank:(\d{1,2}) +([a-z:-]+)$/.exec(text.trim()) ?? [];
  const tank = Number(number);
  const item = itemOf(word);
  if (tank >= 1 && item) return { tank, item };
  if (tank < 1)
    return {
      what: `"${text}" is no address of a tank`,
      why: 'it is tank: with the number on the console, 1 to 99, then what of the tank',
      todo: 'write for example "tank:3 height" or "tank:3 alarm:overfill"',
    };
  const meant = nearest(word, words);
  return {
    what: `"${word}" is nothing that the console tells of a tank`,
    why: `it tells ${words.join(', ')}`,
    todo: meant ? `did you mean "tank:${tank} ${meant}"?` : 'write for example "tank:3 height"',
  };
}

function itemOf(word: string): Item | undefined {
  const field = inventoryFields.find((known) => known === word);
  if (field) return { kind: 'field', field };
  const bit = bitNames.find((known) => known === word);
  if (bit) return { kind: 'status', bit };
  const alarm = tankAlarms.find((known) => `alarm:${known}` === word);
  return alarm && { kind: 'alarm', alarm };
}
