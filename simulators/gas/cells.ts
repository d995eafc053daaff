import type { Area } from '../modbus/register-map.ts';
import type { Panel } from './panel.ts';

/** Words that stand in a device from `register` on; bits as 0 or 1. */
export interface Cell {
  readonly area: Area;
  /** From 0, as on the wire. */
  readonly register: number;
  readonly words: readonly number[];
}

/** How one make writes its panel. */
export type Encode = (panel: Panel) => readonly Cell[];

export const input = (register: number, ...words: readonly number[]): Cell => ({ area: 'input', register, words });
export const holding = (register: number, ...words: readonly number[]): Cell => ({ area: 'holding', register, words });
export const discrete = (register: number, ...words: readonly number[]): Cell => ({
  area: 'discrete',
  register,
  words,
});

export const int16 = (value: number): number => Math.round(value) & 0xffff;

/** Two words, the high one first. */
export function float32(value: number): readonly [number, number] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
}

export const uint32 = (value: number): readonly [number, number] => [(value >>> 16) & 0xffff, value & 0xffff];

/** A word out of its set bits. */
export const wordOf = (bits: Readonly<Record<number, boolean>>): number =>
  Object.entries(bits).reduce((word, [bit, isSet]) => word | (isSet ? 1 << Number(bit) : 0), 0);
