import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOffMs, DEFAULT_BACK_OFF } from '#agent/ingest/back-off.ts';

describe('the delay before the next attempt', () => {
  it('is spread over everything from the floor to a ceiling that doubles up to the cap', () => {
    const ceilings = [1, 2, 3, 4, 5, 6, 7, 5_000].map((failures) => backOffMs(failures, 0.999_999, DEFAULT_BACK_OFF));
    expect(ceilings).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000, 8_000, 8_000]);
    expect(backOffMs(6, 0.5, DEFAULT_BACK_OFF)).toBe(4_000);
  });

  it('is never outside floor and cap', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const delay = backOffMs(failures, random, DEFAULT_BACK_OFF);
          expect(delay).toBeGreaterThanOrEqual(100);
          expect(delay).toBeLessThanOrEqual(8_000);
        },
      ),
    );
  });
});
