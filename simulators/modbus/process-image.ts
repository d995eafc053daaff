import type { Area, Encoding, Place } from './register-map.ts';

/** What one point shows; undefined when its sensor is broken, which the PLC tells by a sentinel. */
export type Reading = number | boolean | undefined;

/** The device's tables. A register that is not in the map does not exist. */
export class ProcessImage {
  readonly #tables: Readonly<Record<Area, Map<number, number>>> = {
    coil: new Map(),
    discrete: new Map(),
    input: new Map(),
    holding: new Map(),
  };

  /** Raw words (bits as 0 or 1) of a range; undefined if any of it does not exist. */
  read(area: Area, first: number, count: number): number[] | undefined {
    const words: number[] = [];
    for (let register = first; register < first + count; register += 1) {
      const word = this.#tables[area].get(register);
      if (word === undefined) return undefined;
      words.push(word);
    }
    return words;
  }

  put({ area, register, encoding }: Place, reading: Reading): void {
    const table = this.#tables[area];
    if (encoding.type === 'word-bit') {
      const mask = 1 << encoding.bit;
      const word = table.get(register) ?? 0;
      table.set(register, reading === true ? word | mask : word & ~mask);
      return;
    }
    encode(encoding, reading).forEach((word, index) => table.set(register + index, word));
  }

  /** Raw words as they are, for a register that holds nonsense. */
  putWords({ area, register }: Place, words: readonly number[]): void {
    words.forEach((word, index) => this.#tables[area].set(register + index, word & 0xffff));
  }
}

/** Registers that a place takes. */
export const widthOf = ({ type }: Encoding): number => (type === 'float32' || type === 'uint32' ? 2 : 1);

const encode = (encoding: Exclude<Encoding, { type: 'word-bit' }>, reading: Reading): number[] => {
  if (encoding.type === 'bit') return [reading === true ? 1 : 0];
  const value = Number(reading ?? Number.NaN);
  if (encoding.type === 'int16') return [Number.isNaN(value) ? 0x7fff : Math.round(value / encoding.step) & 0xffff];
  if (encoding.type === 'uint16') {
    return [Number.isNaN(value) ? 0xffff : Math.max(0, Math.round(value / encoding.step)) & 0xffff];
  }
  const bytes = Buffer.alloc(4);
  if (encoding.type === 'float32') bytes.writeFloatBE(value);
  else bytes.writeUInt32BE(Number.isNaN(value) ? 0xffff_ffff : Math.round(value) >>> 0);
  const words = [bytes.readUInt16BE(0), bytes.readUInt16BE(2)];
  return encoding.order === 'ABCD' ? words : words.toReversed();
};
