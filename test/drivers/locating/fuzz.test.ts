import { expect, it } from 'vitest';
import { fuzzFrames, fuzzJson } from '#test/bench/locating-fuzz.ts';

const COUNT = 100_000;

it('never reads a frame whose checksum shows the damage, and always one that is intact', { timeout: 180_000 }, () => {
  const { tried, intact, refused, unprovable, falsified } = fuzzFrames(COUNT, 11);
  expect(tried).toBe(COUNT);
  expect(intact).toBeGreaterThan(COUNT / 20);
  expect(refused).toBeGreaterThan(COUNT / 2);
  // 16 bits leave one in 65536 of what is damaged in several places.
  expect(unprovable).toBeLessThan(20);
  expect(falsified).toEqual([]);
});

it('refuses in one way whatever stands in a frame without a checksum', { timeout: 180_000 }, () => {
  expect(fuzzFrames(COUNT, 12, 'none').falsified).toEqual([]);
});

it('makes of damaged JSON no fix without a tag and a place', { timeout: 180_000 }, () => {
  const { intact, refused, falsified } = fuzzJson(COUNT, 13);
  expect(intact).toBeGreaterThan(COUNT / 20);
  expect(refused).toBeGreaterThan(COUNT / 4);
  expect(falsified).toEqual([]);
});
