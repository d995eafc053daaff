import type { Quality, QualityReason } from '#agent/model/quality.ts';
import { bad, GOOD, uncertain } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import type { ByteReader } from './byte-reader.ts';
import { isZigzagSafe, type ByteWriter } from './byte-writer.ts';

export const Kind = { number: 0, text: 1, true: 2, false: 3, null: 4 } as const;

/** What thousands of samples of a block have in common; a sample then costs one small index. */
export interface SampleClass {
  readonly quality: Quality;
  readonly flags: number;
  readonly kind: number;
}

const levels = ['good', 'uncertain', 'bad'] as const;
const Raw = { absent: 0, whole: 1, float: 2 } as const;

const kindOf = (value: SampleValue): number => {
  if (typeof value === 'number') return Kind.number;
  if (typeof value === 'string') return Kind.text;
  if (value === null) return Kind.null;
  return value ? Kind.true : Kind.false;
};

/** Numbers the classes of one block in the order in which they are met. */
export class ClassTable {
  readonly classes: SampleClass[] = [];
  /** By identity first: qualities are shared objects, so a good sample costs no string. */
  readonly #qualities = new Map<Quality, number>();
  readonly #qualityKeys = new Map<string, number>();
  readonly #known = new Map<number, number>();
  #last: { readonly index: number } & SampleClass = { index: -1, quality: GOOD, flags: 0, kind: -1 };

  indexOf(sample: Sample): number {
    const kind = kindOf(sample.value);
    const { quality, flags } = sample;
    const last = this.#last;
    if (last.kind === kind && last.quality === quality && last.flags === flags) return last.index;
    const index = this.#find(sample, kind);
    this.#last = { index, quality, flags, kind };
    return index;
  }

  #find(sample: Sample, kind: number): number {
    const key = (this.#qualityIndex(sample.quality) * 8 + kind) * 0x1_0000_0000 + sample.flags;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const index = this.classes.push({ quality: sample.quality, flags: sample.flags, kind }) - 1;
    this.#known.set(key, index);
    return index;
  }

  #qualityIndex(quality: Quality): number {
    const same = this.#qualities.get(quality);
    if (same !== undefined) return same;
    const key = `${quality.level} ${quality.raw} ${quality.reason}`;
    const index = this.#qualityKeys.get(key) ?? this.#qualityKeys.size;
    this.#qualityKeys.set(key, index);
    this.#qualities.set(quality, index);
    return index;
  }
}

export function writeClasses(writer: ByteWriter, classes: readonly SampleClass[]): void {
  writer.varint(classes.length);
  for (const { quality, flags, kind } of classes) {
    writer.byte(levels.indexOf(quality.level) * 16 + kind);
    writer.varint(flags);
    if (quality.level !== 'good') writer.text(quality.reason);
    writeRaw(writer, quality.raw);
  }
}

function writeRaw(writer: ByteWriter, raw: number | undefined): void {
  if (raw === undefined) return writer.byte(Raw.absent);
  if (isZigzagSafe(raw)) {
    writer.byte(Raw.whole);
    return writer.zigzag(raw);
  }
  writer.byte(Raw.float);
  writer.float64(raw);
}

export function readClasses(reader: ByteReader): SampleClass[] {
  const classes: SampleClass[] = [];
  for (let count = reader.varint(); count > 0; count--) {
    const head = reader.byte();
    const flags = reader.varint();
    classes.push({ quality: readQuality(reader, head >> 4), flags, kind: head & 15 });
  }
  return classes;
}

function readQuality(reader: ByteReader, levelIndex: number): Quality {
  const level = levels[levelIndex];
  if (level === undefined) throw new RangeError(`quality level ${levelIndex} does not exist`);
  if (level === 'good') {
    const raw = readRaw(reader);
    return raw === undefined ? GOOD : Object.freeze({ level, raw });
  }
  const reason = reader.text() as QualityReason;
  const raw = readRaw(reader);
  return level === 'bad' ? bad(reason, raw) : uncertain(reason, raw);
}

function readRaw(reader: ByteReader): number | undefined {
  const how = reader.byte();
  if (how === Raw.absent) return undefined;
  return how === Raw.whole ? reader.zigzag() : reader.float64();
}
