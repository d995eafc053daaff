import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PositionFilter } from '#agent/site/headcount/position-filter.ts';
import { arriving, seen } from '#agent/site/headcount/zone-presence.ts';

const rule = {
  enterDwellMs: 2000,
  exitToleranceM: 2,
  toleranceTimeoutMs: 60_000,
  exitDelayMs: 5000,
  maxSpeed: 6,
  newPlaceAfterMs: 3000,
};

describe('presence in a zone', () => {
  it('begins after the dwell, outlasts single fixes outside and the tolerance, and ends after the delay', () => {
    const presence = arriving(0);
    seen(presence, 0, 1000, rule);
    expect(presence.isInside).toBe(false);
    seen(presence, 0, 2000, rule);
    expect(presence.isInside).toBe(true);
    expect(seen(presence, 9, 3000, rule)).toBe(true);
    expect(seen(presence, 1, 9000, rule)).toBe(true);
    expect(seen(presence, 1, 40_000, rule)).toBe(true);
    expect(seen(presence, 1, 63_000, rule)).toBe(false);
  });

  it('is never lost by fewer seconds outside than the exit delay, whatever the fixes', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 30, noNaN: true }), { maxLength: 80 }), (distances) => {
        const presence = { ...arriving(0), isInside: true };
        let insideAt = 0;
        for (const [second, distance] of distances.entries()) {
          const now = second * 1000;
          if (distance === 0) insideAt = now;
          const isStill = seen(presence, distance, now, rule);
          expect(isStill || now - insideAt >= rule.exitDelayMs).toBe(true);
          if (!isStill) return;
        }
      }),
    );
  });
});

describe('the filter of positions', () => {
  const take = (filter: PositionFilter, x: number, second: number) =>
    filter.take({ x, y: 0, time: second * 1000 }, second * 1000, rule);

  it('rejects a jump, a duplicate and what is late, and accepts a new place that persists', () => {
    const filter = new PositionFilter();
    expect([take(filter, 0, 1), take(filter, 1, 2), take(filter, 1, 2), take(filter, 0, 1)]).toEqual([
      'good',
      'good',
      'late',
      'late',
    ]);
    expect([take(filter, 80, 3), take(filter, 2, 4)]).toEqual(['jump', 'good']);
    expect([5, 6, 7, 8].map((second) => take(filter, 90, second))).toEqual(['jump', 'jump', 'jump', 'good']);
  });

  it('lets through every walk below the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -6, max: 6, noNaN: true })), (steps) => {
        const filter = new PositionFilter();
        let x = 0;
        for (const [second, step] of steps.entries()) {
          x += step;
          expect(take(filter, x, second + 1)).toBe('good');
        }
      }),
    );
  });
});
