import { expect, test } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import { GOOD, bad } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { createDuplicateFilter } from '#drivers/opcua/duplicates.ts';

const sample: Sample = { point: pointId('A'), value: 42, quality: GOOD, sourceTime: 1, receiveTime: 5, flags: 0 };

test('drops the same reading that arrives again', () => {
  const isNew = createDuplicateFilter();
  expect(isNew(sample)).toBe(true);
  expect(isNew({ ...sample, receiveTime: 9 })).toBe(false);
});

test('lets through a change of value, source time or status, and other points', () => {
  const isNew = createDuplicateFilter();
  const changes: Partial<Sample>[] = [
    {},
    { value: 43 },
    { sourceTime: 2 },
    { quality: bad('stale', 3) },
    { point: pointId('B') },
  ];
  for (const change of changes) expect(isNew({ ...sample, ...change })).toBe(true);
});

test('NaN twice is the same reading', () => {
  const isNew = createDuplicateFilter();
  expect([isNew({ ...sample, value: Number.NaN }), isNew({ ...sample, value: Number.NaN })]).toEqual([true, false]);
});

test('no value for the same reason is said once, until there is a value again', () => {
  const isNew = createDuplicateFilter();
  const missing: Sample = { ...sample, value: null, quality: bad('no-such-address', 7) };
  expect(isNew(missing)).toBe(true);
  expect(isNew({ ...missing, sourceTime: 2 })).toBe(false);
  expect(isNew({ ...missing, quality: bad('device-fault', 8) })).toBe(true);
  expect(isNew(sample)).toBe(true);
  expect(isNew({ ...missing, sourceTime: 3 })).toBe(true);
});
