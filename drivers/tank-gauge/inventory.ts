import { Cursor, FormatError } from './cursor.ts';

/** In the order of the record; later fields of later consoles are passed over. */
export const inventoryFields = [
  'volume',
  'tc-volume',
  'ullage',
  'height',
  'water-height',
  'temperature',
  'water-volume',
] as const;

export type InventoryField = (typeof inventoryFields)[number];

export interface TankInventory {
  readonly product: string;
  /** Bit 1 (least significant) delivery in progress, bit 2 leak test in progress, bit 3 invalid fuel height. */
  readonly status: number;
  /** As many as the console sent, in the order of {@link inventoryFields}, in the console's units. May be no number. */
  readonly values: readonly number[];
}

export const statusBits = { delivery: 1, 'leak-test': 2, 'invalid-height': 4 } as const;

export type StatusBit = keyof typeof statusBits;

/**
 * The records of i201: `TTpssssNN` and NN times eight digits, by tank number.
 *
 * @throws FormatError when a record is not whole or a tank stands there twice
 */
export function parseInventory(body: string): ReadonlyMap<number, TankInventory> {
  const tanks = new Map<number, TankInventory>();
  for (const cursor = new Cursor(body); !cursor.isAtEnd;) {
    const tank = cursor.decimal(2, 'the tank number');
    const product = cursor.text(1, `the product of tank ${tank}`);
    const status = cursor.hexadecimal(4, `the status of tank ${tank}`);
    const count = cursor.hexadecimal(2, `the number of values of tank ${tank}`);
    const values = Array.from({ length: count }, (_, index) => cursor.float(`value ${index + 1} of tank ${tank}`));
    if (tank === 0 || tanks.has(tank)) throw new FormatError(`tank ${tank} cannot stand there, or stands there twice`);
    tanks.set(tank, { product, status, values });
  }
  return tanks;
}
