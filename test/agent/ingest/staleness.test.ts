import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Staleness } from '#agent/ingest/staleness.ts';

const collect = (staleness: Staleness, now: number): string[] => {
  const told: string[] = [];
  staleness.expire(now, (index, level) => told.push(`${index} ${level}`));
  return told;
};

describe('staleness', () => {
  it('tells each step of each point once', () => {
    const staleness = new Staleness([1_000, 5_000], 100, 0);
    staleness.seen(0, 0);
    staleness.seen(1, 0);
    const told: string[] = [];
    for (let now = 100; now <= 60_000; now += 100)
      told.push(...collect(staleness, now).map((step) => `${now} ${step}`));
    expect(told).toEqual(['1000 0 uncertain', '3000 0 bad', '5000 1 uncertain', '15000 1 bad']);
  });

  it('goes straight to bad after a pause that was longer than both limits', () => {
    const staleness = new Staleness([1_000], 100, 0);
    staleness.seen(0, 0);
    expect(collect(staleness, 3_600_000)).toEqual(['0 bad']);
  });

  it('knows limits longer than one round of its wheel', () => {
    const staleness = new Staleness([10_000_000], 50, 0);
    staleness.seen(0, 0);
    const told: string[] = [];
    for (let now = 0; now <= 30_100_000; now += 10_000)
      told.push(...collect(staleness, now).map((step) => `${now} ${step}`));
    expect(told).toEqual(['10000000 0 uncertain', '30000000 0 bad']);
  });

  it('agrees with a plain comparison of ages, whatever is seen, kept alive, dismissed or lost, and when', () => {
    const limits = [300, 1_000, 2_500, 40_000];
    const tickMs = 100;
    const step = fc.record({
      wait: fc.integer({ min: 1, max: 30 }),
      action: fc.constantFrom('seen', 'seen', 'seen', 'keep-alive', 'dismiss', 'lose', 'none'),
      index: fc.nat({ max: limits.length - 1 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const staleness = new Staleness(limits, tickMs, 0);
        const seenAt = limits.map(() => Number.NaN);
        const shown = limits.map(() => 'idle');
        let now = 0;
        for (const { wait, action, index } of steps) {
          for (let tick = 0; tick < wait; tick++) {
            now += tickMs;
            staleness.expire(now, (which, level) => {
              shown[which] = level;
            });
            const expected = limits.map((limit, which) => {
              const age = now - (seenAt[which] ?? Number.NaN);
              if (Number.isNaN(age)) return 'idle';
              return age >= 3 * limit ? 'bad' : age >= limit ? 'uncertain' : 'fresh';
            });
            expect(shown).toEqual(expected);
          }
          if (action === 'seen') {
            staleness.seen(index, now);
            seenAt[index] = now;
            shown[index] = 'fresh';
          } else if (action === 'keep-alive') {
            staleness.keepAlive(now, (which) => {
              shown[which] = 'fresh';
            });
            for (let which = 0; which < limits.length; which++) if (!Number.isNaN(seenAt[which])) seenAt[which] = now;
          } else if (action === 'dismiss') {
            staleness.dismiss(index);
            seenAt[index] = Number.NaN;
            shown[index] = 'idle';
          } else if (action === 'lose') {
            staleness.dismissAll();
            seenAt.fill(Number.NaN);
            shown.fill('idle');
          }
          expect(staleness.stale).toBe(shown.filter((level) => level === 'uncertain' || level === 'bad').length);
        }
      }),
    );
  });
});
