import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';
import { readSection, writeSection } from './section.ts';

/**
 * 32-bit words stored as four columns, lowest bytes first: the high bytes of small differences are all zero and cost
 * nothing, the low ones are noise and cost what they must.
 */
export function writePlanes(writer: ByteWriter, words: Uint32Array): void {
  const plane = Buffer.allocUnsafe(words.length);
  for (let shift = 0; shift < 32; shift += 8) {
    for (let i = 0; i < plane.length; i++) plane[i] = (words[i] ?? 0) >>> shift;
    writeSection(writer, plane);
  }
}

export function readPlanes(reader: ByteReader, count: number): Uint32Array {
  const words = new Uint32Array(count);
  for (let shift = 0; shift < 32; shift += 8) {
    const plane = readSection(reader);
    if (plane.length !== count) throw new RangeError(`plane holds ${plane.length} bytes for ${count} words`);
    for (let i = 0; i < count; i++) words[i] = (words[i] ?? 0) | ((plane[i] ?? 0) << shift);
  }
  return words;
}

/** Signed 32-bit difference to a word in which small magnitudes are small. */
export const toZigzag32 = (difference: number): number => ((difference << 1) ^ (difference >> 31)) >>> 0;

export const fromZigzag32 = (word: number): number => (word >>> 1) ^ -(word & 1);
