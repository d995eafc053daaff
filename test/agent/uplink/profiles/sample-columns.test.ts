import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { sampleColumns } from '#agent/uplink/profiles/sample-columns.ts';
import { scaledValues } from '#agent/uplink/profiles/scaled-values.ts';
import { shortestFloat32 } from '#agent/uplink/profiles/shortest-float32.ts';
import { toldSamples } from '#drivers/firewatch-feed/told-samples.ts';
import { readMessage } from '#drivers/firewatch-feed/wire.ts';

const point = pointId('T-101');
const known = { catalog: '0123456789ab', places: new Map([[point, 0]]) };
const samplesOf = (values: readonly SampleValue[]): readonly Sample[] =>
  values.map((value) => ({ point, value, quality: GOOD, sourceTime: 1000, receiveTime: 1000, flags: 0 }));
const columnsOf = (...values: readonly SampleValue[]) => sampleColumns(samplesOf(values), known);

/** Written, sent as text, and read by an agent that takes another site's messages. */
function read(values: readonly SampleValue[]): readonly SampleValue[] {
  const body = sampleColumns(samplesOf(values), known);
  const told = readMessage('sample', Buffer.from(JSON.stringify({ id: 's/sample/1', lane: 'live', body })));
  if (told.type !== 'samples') throw new Error(told.type);
  return [...toldSamples(told.body, [point])].map(({ value }) => value);
}

const float32 = fc.float({ noNaN: true, noDefaultInfinity: true });
const float64 = fc.double({ noNaN: true, noDefaultInfinity: true });
const decimal = fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 4 }));
const rounded = decimal.map(([whole, decimals]) => whole / 10 ** decimals);
const value = fc.oneof(
  float32,
  float64,
  rounded,
  rounded.map(Math.fround),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, 'open'),
);
/** JSON knows no zero below zero. */
const plain = (values: readonly SampleValue[]): readonly SampleValue[] =>
  values.map((each) => (Object.is(each, -0) ? 0 : each));

describe('columns of samples on a compact wire', () => {
  it('are read as the very same values, whatever precision and decimals these have', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
        expect(plain(read(values))).toEqual(plain(values));
      }),
      { numRuns: 2000 },
    );
  });

  it('are read as the very same values where all have decimals, of either precision', () => {
    for (const each of [rounded, rounded.map(Math.fround)])
      fc.assert(
        fc.property(fc.array(each, { minLength: 1, maxLength: 60 }), (values) => {
          expect(plain(read(values))).toEqual(plain(values));
        }),
        { numRuns: 1000 },
      );
  });

  it('write a number of 32 bits with the digits that it has, and say which those are', () => {
    const [first, second] = [Math.fround(12.3), Math.fround(0.1)];
    expect(columnsOf(first, second, 1 / 3)).toMatchObject({ value: [12.3, 0.1, 1 / 3], float32: [0, 2] });
    expect(columnsOf(1 / 3, first)).toMatchObject({ value: [1 / 3, 12.3], float32: [1] });
    expect(columnsOf(1 / 3, 0.5, true, 62)).not.toHaveProperty('float32');
  });

  it('write few decimals without points, in a place where nobody takes them for the values', () => {
    expect(columnsOf(74.83, 55.9, true, 62)).toMatchObject({
      value: [],
      scaled: { decimals: 2, value: [7483, 5590, true, 6200] },
    });
    expect(columnsOf(Math.fround(74.83), 0.5)).toMatchObject({
      scaled: { decimals: 2, value: [7483, 50] },
      float32: [0],
    });
    expect(columnsOf(74.83, 1 / 3)).toMatchObject({ value: [74.83, 1 / 3] });
    expect(columnsOf(1, 2)).toMatchObject({ value: [1, 2] });
  });

  it('are as they stand on a plain wire, where each message is readable by itself', () => {
    const { value: written, ...rest } = sampleColumns(samplesOf([Math.fround(12.3), 74.83]));
    expect(written).toEqual([Math.fround(12.3), 74.83]);
    expect(Object.keys(rest)).toEqual(['points', 'point', 'sourceTime', 'receiveTime', 'quality', 'flags']);
  });
});

describe('the shortest number of 32 bits', () => {
  it('has at most nine digits and is the same once it is rounded again', () => {
    fc.assert(
      fc.property(float32, (each) => {
        const short = shortestFloat32(each);
        expect(short === undefined ? undefined : Math.fround(short)).toBe(each);
        expect((short ?? 0).toExponential().replace(/e.*/, '').replaceAll(/[-.]/g, '').length).toBeLessThanOrEqual(9);
      }),
      { numRuns: 5000 },
    );
    expect(shortestFloat32(0.1)).toBeUndefined();
  });
});

describe('scaled values', () => {
  it('are none where a number is too large to stay exact', () => {
    expect(scaledValues([0.0001, 2 ** 52])).toBeUndefined();
  });
});
