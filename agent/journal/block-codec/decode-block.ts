import type { PointId } from '#agent/model/ids.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { ByteReader } from './byte-reader.ts';
import { BLOCK_FORMAT } from './encode-block.ts';
import { readPointOrder, type PointOrder } from './point-order.ts';
import type { SampleBatch } from './sample-batch.ts';
import { Kind, readClasses, type SampleClass } from './sample-class.ts';
import { readSection } from './section.ts';
import { readTexts } from './text-column.ts';
import { readTimes, type Times } from './time-column.ts';
import { readNumbers } from './value-column.ts';

/** A block with its columns read but no sample made yet: a query for one point makes that point's samples alone. */
export interface BlockColumns {
  readonly head: readonly BatchHead[];
  readonly order: PointOrder;
  readonly times: Times;
  /** Grouped by point, like the values. */
  readonly classes: readonly (SampleClass | undefined)[];
  readonly values: readonly SampleValue[];
}

interface BatchHead {
  readonly seq: number;
  readonly time: number;
  readonly length: number;
}

/** Throws a RangeError where the bytes are no block. Callers check the block's checksum first. */
export function readColumns(bytes: Buffer): BlockColumns {
  const reader = new ByteReader(bytes);
  const format = reader.byte();
  if (format !== BLOCK_FORMAT) throw new RangeError(`block format ${format} is not known here`);
  const head = readHead(reader);
  const order = readPointOrder(
    reader,
    head.reduce((sum, batch) => sum + batch.length, 0),
  );
  const times = readTimes(reader, order);
  return { head, order, times, ...readValues(reader, order) };
}

function readHead(reader: ByteReader): BatchHead[] {
  const head = new ByteReader(readSection(reader));
  let seq = 0;
  let time = 0;
  return Array.from({ length: head.varint() }, () => {
    seq += head.varint();
    time += head.zigzag();
    return { seq, time, length: head.varint() };
  });
}

function readValues(reader: ByteReader, order: PointOrder): Pick<BlockColumns, 'classes' | 'values'> {
  const table = readClasses(new ByteReader(readSection(reader)));
  const indexes = new ByteReader(readSection(reader));
  const classes = Array.from(order.members, () => table[indexes.varint()]);
  const nextText = readTexts(reader);
  const lengths = order.numbers.map((_, member) => {
    let numbers = 0;
    for (let slot = order.starts[member] ?? 0; slot < (order.starts[member + 1] ?? 0); slot++) {
      if (classes[slot]?.kind === Kind.number) numbers += 1;
    }
    return numbers;
  });
  const numbers = readNumbers(reader, lengths);
  let at = 0;
  const values = classes.map((each): SampleValue => {
    if (each?.kind === Kind.number) return numbers[at++] ?? null;
    if (each?.kind === Kind.text) return nextText();
    if (each?.kind === Kind.true) return true;
    return each?.kind === Kind.false ? false : null;
  });
  return { classes, values };
}

/** The sample at place `i` in order of arrival. */
export function sampleAt(columns: BlockColumns, i: number, pointOf: (number: number) => PointId): Sample {
  const slot = columns.order.slots[i] ?? 0;
  const number = columns.order.numbers[columns.order.members[i] ?? 0];
  const each = columns.classes[slot];
  const value = columns.values[slot];
  if (number === undefined || each === undefined || value === undefined) {
    throw new RangeError(`block holds no sample at ${i}`);
  }
  return {
    point: pointOf(number),
    value,
    quality: each.quality,
    sourceTime: columns.times.source[i] ?? 0,
    receiveTime: columns.times.receive[i] ?? 0,
    flags: each.flags,
  };
}

/** The records of a block, as they were given to encodeBlock. */
export function decodeBlock(bytes: Buffer, pointOf: (number: number) => PointId): SampleBatch[] {
  const columns = readColumns(bytes);
  let at = 0;
  return columns.head.map(({ seq, time, length }) => {
    const start = at;
    at += length;
    return { seq, time, samples: Array.from({ length }, (_, i) => sampleAt(columns, start + i, pointOf)) };
  });
}
