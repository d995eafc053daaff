import type { Sample } from '#agent/model/sample.ts';
import { ByteWriter } from './byte-writer.ts';
import { groupByPoint, writePointOrder, type PointOrder } from './point-order.ts';
import type { SampleBatch } from './sample-batch.ts';
import { ClassTable, writeClasses } from './sample-class.ts';
import { writeSection } from './section.ts';
import { TextTable } from './text-column.ts';
import { writeTimes } from './time-column.ts';
import { writeNumbers } from './value-column.ts';

/** First byte of every block. A new layout gets a new number; the decoder keeps reading the old ones. */
export const BLOCK_FORMAT = 1;

/**
 * Packs one or more records of samples into one block. Everything comes back exactly: value (bit for bit), quality with
 * reason and raw code, flags, both times, order of arrival and the borders between records.
 *
 * Layout: format; head (count, seq, time and length of each record); point order; times; classes; texts; numbers. Each
 * column is a section of its own. `numbersOf` gives the dictionary number of each sample of a record.
 */
export function encodeBlock(
  batches: readonly SampleBatch[],
  numbersOf: (samples: readonly Sample[]) => Uint32Array,
): Buffer {
  const samples = batches.flatMap((batch) => batch.samples);
  const writer = new ByteWriter(samples.length * 8 + 256);
  writer.byte(BLOCK_FORMAT);
  writeHead(writer, batches);
  const arrivals = new Uint32Array(samples.length);
  const receive = new Float64Array(samples.length);
  const source = new Float64Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const sample = samples[i];
    if (sample === undefined) continue;
    receive[i] = sample.receiveTime;
    source[i] = sample.sourceTime;
  }
  let at = 0;
  for (const batch of batches) {
    arrivals.set(numbersOf(batch.samples), at);
    at += batch.samples.length;
  }
  const order = groupByPoint(arrivals);
  writePointOrder(writer, order);
  writeTimes(writer, { receive, source }, order);
  writeValues(writer, samples, order);
  return writer.take();
}

function writeHead(writer: ByteWriter, batches: readonly SampleBatch[]): void {
  const head = new ByteWriter();
  let seq = 0;
  let time = 0;
  head.varint(batches.length);
  for (const batch of batches) {
    head.varint(batch.seq - seq);
    head.zigzag(batch.time - time);
    head.varint(batch.samples.length);
    ({ seq, time } = batch);
  }
  writeSection(writer, head.take());
}

function writeValues(writer: ByteWriter, samples: readonly Sample[], order: PointOrder): void {
  const grouped: (Sample | undefined)[] = Array.from({ length: samples.length });
  for (let i = 0; i < samples.length; i++) grouped[order.slots[i] ?? 0] = samples[i];
  const table = new ClassTable();
  const classes = new ByteWriter(samples.length + 16);
  const texts = new TextTable();
  const numbers = new Float64Array(samples.length);
  const lengths: number[] = [];
  let total = 0;
  for (let member = 0; member < order.numbers.length; member++) {
    const before = total;
    for (let slot = order.starts[member] ?? 0; slot < (order.starts[member + 1] ?? 0); slot++) {
      const sample = grouped[slot];
      if (sample === undefined) continue;
      classes.varint(table.indexOf(sample));
      if (typeof sample.value === 'number') numbers[total++] = sample.value;
      else if (typeof sample.value === 'string') texts.push(sample.value);
    }
    lengths.push(total - before);
  }
  const list = new ByteWriter();
  writeClasses(list, table.classes);
  writeSection(writer, list.take());
  writeSection(writer, classes.take());
  texts.write(writer);
  writeNumbers(writer, numbers.subarray(0, total), lengths);
}
