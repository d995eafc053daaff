import { ByteReader } from '../block-codec/byte-reader.ts';
import { ByteWriter } from '../block-codec/byte-writer.ts';
import { readSection, writeSection } from '../block-codec/section.ts';
import { readNumbers, writeNumbers } from '../block-codec/value-column.ts';
import type { PointRollup } from './point-rollup.ts';

const PART_FORMAT = 1;

/** Rollups of one period by dictionary number, as bytes. Means are kept as 32-bit floats, all else exactly. */
export function encodePart(rollups: ReadonlyMap<number, PointRollup>, start: number): Buffer {
  const sorted = [...rollups].sort(([a], [b]) => a - b);
  const writer = new ByteWriter(sorted.length * 24 + 64);
  const list = new ByteWriter();
  const values = new Float64Array(sorted.length * 3);
  const means = new Float64Array(sorted.length);
  let before = 0;
  for (const [i, [number, rollup]] of sorted.entries()) {
    list.varint(number - before);
    before = number;
    for (const count of [rollup.numbers, rollup.good, rollup.uncertain, rollup.bad]) list.varint(count);
    list.varint(Number.isFinite(rollup.lastTime) ? Math.max(0, Math.floor(rollup.lastTime - start)) + 1 : 0);
    values.set([rollup.min, rollup.max, rollup.last], i * 3);
    means[i] = Math.fround(rollup.sum / rollup.numbers);
  }
  writer.byte(PART_FORMAT);
  writer.varint(sorted.length);
  writeSection(writer, list.take());
  writeNumbers(
    writer,
    values,
    sorted.map(() => 3),
  );
  writeNumbers(
    writer,
    means,
    sorted.map(() => 1),
  );
  return writer.take();
}

/** Throws a RangeError where the bytes are no such part. */
export function decodePart(bytes: Buffer, start: number): Map<number, PointRollup> {
  const reader = new ByteReader(bytes);
  const format = reader.byte();
  if (format !== PART_FORMAT) throw new RangeError(`rollup format ${format} is not known here`);
  const count = reader.varint();
  const list = new ByteReader(readSection(reader));
  const values = readNumbers(
    reader,
    Array.from({ length: count }, () => 3),
  );
  const means = readNumbers(
    reader,
    Array.from({ length: count }, () => 1),
  );
  const rollups = new Map<number, PointRollup>();
  let number = 0;
  for (let i = 0; i < count; i++) {
    number += list.varint();
    const numbers = list.varint();
    const good = list.varint();
    const uncertain = list.varint();
    const bad = list.varint();
    const lastOffset = list.varint();
    rollups.set(number, {
      min: values[i * 3] ?? NaN,
      max: values[i * 3 + 1] ?? NaN,
      last: values[i * 3 + 2] ?? NaN,
      lastTime: lastOffset === 0 ? -Infinity : start + lastOffset - 1,
      sum: numbers === 0 ? 0 : (means[i] ?? 0) * numbers,
      numbers,
      good,
      uncertain,
      bad,
    });
  }
  return rollups;
}
