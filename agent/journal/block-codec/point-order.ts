import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { readSection, writeSection } from './section.ts';

/**
 * Which point each sample belongs to. Columns stand grouped by point (a point's values resemble each other); the order
 * of arrival is kept as steps through the list of points, which is all zeros where a scan repeats.
 */
export interface PointOrder {
  /** Dictionary numbers of the block's points, ascending. */
  readonly numbers: readonly number[];
  /** For each sample in order of arrival, its point as an index of `numbers`. */
  readonly members: Uint32Array;
  /** For each sample in order of arrival, its place in the grouped columns. */
  readonly slots: Uint32Array;
  /** Where each point's group starts; one more entry at the end for the total. */
  readonly starts: Uint32Array;
}

/** `arrivals` are dictionary numbers in order of arrival. */
export function groupByPoint(arrivals: Uint32Array): PointOrder {
  let highest = 0;
  for (const number of arrivals) if (number > highest) highest = number;
  return highest < SPARSE * (arrivals.length + 1024) ? groupDense(arrivals, highest) : groupSparse(arrivals);
}

/** A table of all numbers up to the highest, where that is not much larger than the block. */
const SPARSE = 8;

function groupDense(arrivals: Uint32Array, highest: number): PointOrder {
  const ranks = new Uint32Array(highest + 1);
  for (const number of arrivals) ranks[number] = 1;
  const numbers: number[] = [];
  for (let number = 0; number <= highest; number++) if (ranks[number] === 1) ranks[number] = numbers.push(number) - 1;
  const members = new Uint32Array(arrivals.length);
  for (let i = 0; i < members.length; i++) members[i] = ranks[arrivals[i] ?? 0] ?? 0;
  return place(numbers, members);
}

function groupSparse(arrivals: Uint32Array): PointOrder {
  const numbers = [...new Set(arrivals)].sort((a, b) => a - b);
  const ranks = new Map(numbers.map((number, index) => [number, index]));
  const members = new Uint32Array(arrivals.length);
  for (let i = 0; i < members.length; i++) members[i] = ranks.get(arrivals[i] ?? 0) ?? 0;
  return place(numbers, members);
}

function place(numbers: readonly number[], members: Uint32Array): PointOrder {
  const starts = new Uint32Array(numbers.length + 1);
  for (const member of members) starts[member + 1] = (starts[member + 1] ?? 0) + 1;
  for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  const next = starts.slice();
  const slots = new Uint32Array(members.length);
  for (let i = 0; i < members.length; i++) {
    const member = members[i] ?? 0;
    const slot = next[member] ?? 0;
    slots[i] = slot;
    next[member] = slot + 1;
  }
  return { numbers, members, slots, starts };
}

export function writePointOrder(writer: ByteWriter, order: PointOrder): void {
  const list = new ByteWriter();
  list.varint(order.numbers.length);
  let before = 0;
  for (const number of order.numbers) {
    list.varint(number - before);
    before = number;
  }
  writeSection(writer, list.take());
  const count = order.numbers.length;
  let expected = 0;
  for (const member of order.members) {
    list.varint((member - expected + count) % count);
    expected = (member + 1) % count;
  }
  writeSection(writer, list.take());
}

export function readPointOrder(reader: ByteReader, samples: number): PointOrder {
  const numbers = readPointNumbers(reader);
  const steps = new ByteReader(readSection(reader));
  const members = new Uint32Array(samples);
  let expected = 0;
  for (let i = 0; i < samples; i++) {
    const member = (expected + steps.varint()) % numbers.length;
    members[i] = member;
    expected = (member + 1) % numbers.length;
  }
  return place(numbers, members);
}

function readPointNumbers(reader: ByteReader): number[] {
  const list = new ByteReader(readSection(reader));
  let number = 0;
  return Array.from({ length: list.varint() }, () => (number += list.varint()));
}
