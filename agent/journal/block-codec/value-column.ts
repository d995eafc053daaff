import { readPlanes, fromZigzag32, toZigzag32, writePlanes } from './byte-planes.ts';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { chooseCoding, FLOAT32, FLOAT64, fromWhole, toWhole } from './number-column.ts';
import { readSection, writeSection } from './section.ts';

const cell = new DataView(new ArrayBuffer(8));

/**
 * The numbers of a block, grouped by point. `lengths` says how many each point has. Each point has its coding; a first
 * value stands alone, the rest as differences from the one before, in three sets of byte planes: whole numbers, 32-bit
 * floats, and the two halves of 64-bit floats.
 */
export function writeNumbers(writer: ByteWriter, values: Float64Array, lengths: readonly number[]): void {
  const codings = new ByteWriter();
  const firsts = new ByteWriter();
  const wholes = new WordList(values.length);
  const floats = new WordList(values.length);
  const doubles = new WordList(values.length * 2);
  let from = 0;
  for (const length of lengths) {
    const to = from + length;
    if (length > 0) {
      const coding = chooseCoding(values, from, to);
      codings.byte(coding);
      if (coding === FLOAT64) pushDoubles(doubles, values, from, to);
      else if (coding === FLOAT32) pushFloats(floats, values, from, to);
      else {
        let before = toWhole(values[from] ?? 0, coding);
        firsts.zigzag(before);
        for (let i = from + 1; i < to; i++) {
          const whole = toWhole(values[i] ?? 0, coding);
          wholes.push(toZigzag32(whole - before));
          before = whole;
        }
      }
    }
    from = to;
  }
  writeSection(writer, codings.take());
  writeSection(writer, firsts.take());
  for (const list of [wholes, floats, doubles]) {
    writer.varint(list.length);
    writePlanes(writer, list.words());
  }
}

function pushFloats(list: WordList, values: Float64Array, from: number, to: number): void {
  let before = 0;
  for (let i = from; i < to; i++) {
    cell.setFloat32(0, values[i] ?? 0);
    const bits = cell.getInt32(0);
    list.push(i === from ? bits >>> 0 : toZigzag32((bits - before) | 0));
    before = bits;
  }
}

function pushDoubles(list: WordList, values: Float64Array, from: number, to: number): void {
  let high = 0;
  let low = 0;
  for (let i = from; i < to; i++) {
    cell.setFloat64(0, values[i] ?? 0);
    const nextHigh = cell.getUint32(0);
    const nextLow = cell.getUint32(4);
    list.push((nextHigh ^ high) >>> 0);
    list.push((nextLow ^ low) >>> 0);
    high = nextHigh;
    low = nextLow;
  }
}

export function readNumbers(reader: ByteReader, lengths: readonly number[]): Float64Array {
  const codings = new ByteReader(readSection(reader));
  const firsts = new ByteReader(readSection(reader));
  const wholes = readWords(reader);
  const floats = readWords(reader);
  const doubles = readWords(reader);
  const values = new Float64Array(lengths.reduce((sum, length) => sum + length, 0));
  let from = 0;
  for (const length of lengths) {
    const to = from + length;
    if (length > 0) {
      const coding = codings.byte();
      if (coding === FLOAT64) pullDoubles(doubles, values, from, to);
      else if (coding === FLOAT32) pullFloats(floats, values, from, to);
      else {
        let whole = firsts.zigzag();
        values[from] = fromWhole(whole, coding);
        for (let i = from + 1; i < to; i++) {
          whole += fromZigzag32(wholes.next());
          values[i] = fromWhole(whole, coding);
        }
      }
    }
    from = to;
  }
  return values;
}

function pullFloats(list: WordCursor, values: Float64Array, from: number, to: number): void {
  let bits = 0;
  for (let i = from; i < to; i++) {
    bits = i === from ? list.next() | 0 : (bits + fromZigzag32(list.next())) | 0;
    cell.setInt32(0, bits);
    values[i] = cell.getFloat32(0);
  }
}

function pullDoubles(list: WordCursor, values: Float64Array, from: number, to: number): void {
  let high = 0;
  let low = 0;
  for (let i = from; i < to; i++) {
    high ^= list.next();
    low ^= list.next();
    cell.setUint32(0, high);
    cell.setUint32(4, low);
    values[i] = cell.getFloat64(0);
  }
}

class WordList {
  readonly #words: Uint32Array;
  length = 0;

  constructor(capacity: number) {
    this.#words = new Uint32Array(capacity);
  }

  push(word: number): void {
    this.#words[this.length++] = word;
  }

  words(): Uint32Array {
    return this.#words.subarray(0, this.length);
  }
}

class WordCursor {
  readonly #words: Uint32Array;
  #at = 0;

  constructor(words: Uint32Array) {
    this.#words = words;
  }

  next(): number {
    const word = this.#words[this.#at];
    if (word === undefined) throw new RangeError('block ends within its numbers');
    this.#at += 1;
    return word;
  }
}

const readWords = (reader: ByteReader): WordCursor => new WordCursor(readPlanes(reader, reader.varint()));
