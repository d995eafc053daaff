import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBlock } from '#agent/journal/block-codec/decode-block.ts';
import { encodeBlock } from '#agent/journal/block-codec/encode-block.ts';
import type { SampleBatch } from '#agent/journal/block-codec/sample-batch.ts';
import { pointId, type PointId } from '#agent/model/ids.ts';
import { GOOD, type Quality, type QualityReason } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';

const points = Array.from({ length: 40 }, (_, i) => pointId(`P-${i}.value`));
const numbers = new Map(points.map((point, i) => [point, i * 7 + 1]));
const byNumber = new Map([...numbers].map(([point, number]) => [number, point]));
const numbersOf = (samples: readonly Sample[]): Uint32Array =>
  Uint32Array.from(samples, ({ point }) => numbers.get(point)!);
const pointOf = (number: number): PointId => byNumber.get(number)!;
const roundTrip = (batches: SampleBatch[]): SampleBatch[] => decodeBlock(encodeBlock(batches, numbersOf), pointOf);

const value: fc.Arbitrary<SampleValue> = fc.oneof(
  fc.double(),
  fc.float(),
  fc.integer(),
  fc.integer({ min: -4096, max: 4096 }).map((raw) => raw * 0.1),
  fc.integer({ min: -4096, max: 4096 }).map((raw) => raw / 100),
  fc.integer({ min: -4096, max: 4096 }).map((raw) => raw * 0.0244 - 5),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom(-0, 0, Infinity, -Infinity, Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 53),
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('\ud800', '关', 'open'),
);
const reason = fc.oneof(
  fc.constantFrom<QualityReason>('comm-lost', 'stale', 'sensor-fault', 'over-range', 'decode'),
  fc.string().map((name): QualityReason => `server:${name}`),
);
const raw = fc.option(
  fc.oneof(
    fc.nat(0xffff_ffff),
    fc.maxSafeInteger(),
    fc.double({ noNaN: true }).filter((code) => !Object.is(code, -0)),
  ),
  {
    nil: undefined,
  },
);
const quality: fc.Arbitrary<Quality> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(GOOD) },
  {
    weight: 1,
    arbitrary: raw.map((code): Quality => (code === undefined ? GOOD : { level: 'good', raw: code })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('uncertain', 'bad'), reason, raw)
      .map(([level, why, code]): Quality =>
        code === undefined ? { level, reason: why } : { level, reason: why, raw: code },
      ),
  },
);
const saneTime = fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 });
const anyTime = fc.oneof(
  { weight: 20, arbitrary: saneTime },
  fc.constantFrom(0, -11_644_473_600_000, 1.5, 8.64e15, -0, 2 ** 52, Number.MAX_SAFE_INTEGER),
);
const sampleWith = (time: fc.Arbitrary<number>): fc.Arbitrary<Sample> =>
  fc.record(
    {
      point: fc.constantFrom(...points),
      value,
      quality,
      sourceTime: time,
      receiveTime: time,
      flags: fc.oneof(fc.nat(255), fc.constant(0x7fff_ffff)),
    },
    { noNullPrototype: true },
  );
const batches = (time: fc.Arbitrary<number>): fc.Arbitrary<SampleBatch[]> =>
  fc
    .array(
      fc.record(
        {
          seq: fc.integer({ min: 1, max: 1000 }),
          time: anyTime.filter(Number.isInteger),
          samples: fc.array(sampleWith(time), { minLength: 1, maxLength: 80 }),
        },
        { noNullPrototype: true },
      ),
      { minLength: 1, maxLength: 5 },
    )
    .map((list) => {
      let seq = 0;
      return list.map((batch) => ({ ...batch, time: Math.abs(batch.time) % 2 ** 44, seq: (seq += batch.seq) }));
    });

describe('sample blocks', () => {
  it('give every value, quality, flag, time and the order of arrival back exactly', () => {
    fc.assert(
      fc.property(batches(saneTime), (given) => {
        expect(roundTrip(given)).toStrictEqual(given);
      }),
      { numRuns: 300 },
    );
  });

  it('keep implausible clocks bit for bit: negative, fractional, beyond any date', () => {
    fc.assert(
      fc.property(batches(anyTime), (given) => {
        expect(roundTrip(given)).toStrictEqual(given);
      }),
      { numRuns: 200 },
    );
  });

  it('keep the last bit of a scaled register and of every rounded reading', () => {
    const samples = (values: readonly number[]): Sample[] =>
      values.map((each, i) => ({
        point: points[i % 3]!,
        value: each,
        quality: GOOD,
        sourceTime: 1_700_000_000_000 + i,
        receiveTime: 1_700_000_000_000 + i,
        flags: 0,
      }));
    const counts = Array.from({ length: 4096 }, (_, i) => i - 2048);
    for (const scale of [0.1, 0.01, 0.001, 0.0244, 0.05, 1 / 3]) {
      for (const given of [
        counts.map((n) => n * scale),
        counts.map((n) => n / 10),
        counts.map((n) => n * scale - 40),
      ]) {
        const back = roundTrip([{ seq: 9, time: 5, samples: samples(given) }]);
        expect(back[0]?.samples.map((each) => each.value)).toStrictEqual(given.map((each) => each));
      }
    }
  });

  it('refuse a block that ends early instead of inventing samples', () => {
    const samples = points.map((point, i) => ({
      point,
      value: Math.sin(i),
      quality: GOOD,
      sourceTime: 1_700_000_000_000,
      receiveTime: 1_700_000_000_100 + i,
      flags: 1,
    }));
    const bytes = encodeBlock([{ seq: 1, time: 1, samples }], numbersOf);
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => decodeBlock(bytes.subarray(0, length), pointOf)).toThrow(/./);
    }
  });
});
