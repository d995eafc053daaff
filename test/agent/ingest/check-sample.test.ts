import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { compileCheck } from '#agent/ingest/check-sample.ts';
import type { Checked } from '#agent/ingest/check-sample.ts';
import type { HazardSides } from '#agent/ingest/range-policy.ts';
import type { Point } from '#agent/model/point.ts';
import { bad, GOOD, uncertain } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import { aPoint } from './supervised-source.ts';

const nothing: HazardSides = { above: false, below: false };

const check = (point: Partial<Point>, value: unknown, quality: Quality = GOOD, hazard = nothing): Checked => {
  const into: Checked = { value: null, quality: GOOD, side: 'inside' };
  compileCheck(aPoint('P', point), hazard)(value, quality, into);
  return into;
};

const range = { low: 0, high: 100 };

describe('the check of a sample', () => {
  it('scales raw numbers to engineering units', () => {
    expect(check({ scale: { factor: 0.1, offset: -40 } }, 1_000)).toEqual({ value: 60, quality: GOOD, side: 'inside' });
  });

  it.each([
    ['temperature', true],
    ['temperature', '20'],
    ['state', {}],
    ['text', 20],
    ['text', true],
  ] as const)('calls a %s of %j bad with wrong-type', (kind, value) => {
    expect(check({ kind }, value)).toMatchObject({ value: null, quality: bad('wrong-type') });
  });

  it.each([
    ['state', true],
    ['state', false],
    ['state', 3],
    ['state', 'open'],
    ['text', 'C-17'],
  ] as const)('keeps a %s of %j as it is', (kind, value) => {
    expect(check({ kind, scale: { factor: 2, offset: 1 } }, value)).toMatchObject({ value, quality: GOOD });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('calls %d bad with decode', (value) => {
    expect(check({}, value)).toMatchObject({ value: null, quality: bad('decode') });
    expect(check({ kind: 'state' }, value)).toMatchObject({ value: null, quality: bad('decode') });
  });

  it('calls a number that scaling drives to infinity bad with decode', () => {
    expect(check({ scale: { factor: 1e300, offset: 0 } }, 1e300)).toMatchObject({
      value: null,
      quality: bad('decode'),
    });
  });

  it('calls good quality without a value bad with decode', () => {
    expect(check({}, null)).toMatchObject({ value: null, quality: bad('decode') });
  });

  it("keeps the driver's reason and raw code for a bad sample, and its value for diagnosis", () => {
    const quality = bad('sensor-fault', 0x80_00);
    expect(check({ scale: { factor: 0.1, offset: 0 } }, 655, quality)).toMatchObject({ value: 65.5, quality });
    expect(check({}, null, quality)).toMatchObject({ value: null, quality });
    expect(check({}, null, uncertain('inhibited'))).toMatchObject({ value: null, quality: bad('inhibited') });
  });

  it('takes a reading a little beyond the range for the end of the range', () => {
    expect(check({ range }, 101.9)).toMatchObject({ value: 101.9, quality: GOOD, side: 'inside' });
    expect(check({ range }, -1.9)).toMatchObject({ value: -1.9, quality: GOOD, side: 'inside' });
  });

  it('keeps the value of a reading beyond the range and calls it uncertain where nothing alarms on it', () => {
    expect(check({ range }, 105)).toEqual({ value: 105, quality: uncertain('over-range'), side: 'above' });
    expect(check({ range }, -5)).toEqual({ value: -5, quality: uncertain('under-range'), side: 'below' });
  });

  it('keeps a reading beyond the range good in a direction that alarms, so that the alarm is raised', () => {
    const above = { above: true, below: false };
    expect(check({ range }, 105, GOOD, above)).toEqual({ value: 105, quality: GOOD, side: 'above' });
    expect(check({ range }, -5, GOOD, above).quality).toBe(uncertain('under-range'));
  });

  it("does so for the device's own over-range too", () => {
    const above = { above: true, below: false };
    expect(check({ range }, 100, uncertain('over-range', 7), above)).toMatchObject({ quality: GOOD, side: 'above' });
    expect(check({ range }, 100, uncertain('over-range', 7)).quality).toBe(uncertain('over-range', 7));
  });

  it('leaves a bad reading bad, be it never so far beyond the range', () => {
    const both = { above: true, below: true };
    expect(check({ range }, 6_553.5, bad('sensor-fault'), both).quality).toBe(bad('sensor-fault'));
    expect(check({ range }, 6_553.5, uncertain('inhibited'), both).quality).toBe(uncertain('inhibited'));
  });

  it('never makes any other quality better', () => {
    const level = { good: 0, uncertain: 1, bad: 2 };
    const qualities = fc.constantFrom<Quality>(
      GOOD,
      uncertain('inhibited'),
      uncertain('maintenance'),
      bad('comm-lost'),
      bad('over-range'),
    );
    const values = fc.oneof(fc.double(), fc.boolean(), fc.string(), fc.constant(null));
    const kinds = fc.constantFrom<Point['kind']>('temperature', 'state', 'text', 'gas-toxic');
    const hazards = fc.record({ above: fc.boolean(), below: fc.boolean() });
    fc.assert(
      fc.property(kinds, values, qualities, hazards, (kind, value, quality, hazard) => {
        const checked = check({ kind, range }, value, quality, hazard);
        expect(level[checked.quality.level]).toBeGreaterThanOrEqual(level[quality.level]);
        expect(checked.quality.level === 'good' && checked.value === null).toBe(false);
        expect(typeof checked.value === 'number' && !Number.isFinite(checked.value)).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
