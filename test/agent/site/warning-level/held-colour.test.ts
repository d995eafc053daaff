import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WarningFormula } from '#agent/model/warning-level.ts';
import { HeldColour, rank } from '#agent/site/warning-level/held-colour.ts';
import { defaultFormula } from './default-formula.ts';

const formula: WarningFormula = {
  ...defaultFormula(),
  steps: { yellow: 20, orange: 50, red: 80 },
  lower: { margin: 5, afterMs: 1000 },
};

describe('a colour', () => {
  it('rises at once, as far as the score says', () => {
    const held = new HeldColour(formula, 'blue');
    held.show(19.9, 0);
    expect(held.colour).toBe('blue');
    held.show(20, 0);
    expect(held.colour).toBe('yellow');
    held.show(95, 0);
    expect(held.colour).toBe('red');
  });

  it('is not lowered by a score just below its step, nor by one that was clearly below for too short', () => {
    const held = new HeldColour(formula, 'orange');
    for (let now = 0; now < 60_000; now += 500) held.show(46, now);
    expect(held.colour).toBe('orange');
    held.show(10, 60_000);
    held.show(10, 60_999);
    expect(held.colour).toBe('orange');
    held.show(46, 60_999);
    held.show(10, 61_500);
    held.show(10, 62_499);
    expect(held.colour).toBe('orange');
    held.show(10, 62_500);
    expect(held.colour).toBe('blue');
  });

  it('is lowered to the highest that the score still reached meanwhile, and says when', () => {
    const held = new HeldColour(formula, 'red');
    held.show(60, 0);
    expect(held.nextDue()).toBe(1000);
    held.show(0, 500);
    held.show(0, 1000);
    expect(held.colour).toBe('orange');
    held.show(0, 2000);
    expect(held.colour).toBe('blue');
    expect(held.nextDue()).toBeUndefined();
  });

  it('is never below what the score says, and changes no more often than its time allows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 700 }))), (steps) => {
        const held = new HeldColour(formula, 'blue');
        let now = 0;
        let loweredAt = Number.NEGATIVE_INFINITY;
        for (const [score, pause] of steps) {
          now += pause;
          const before = held.colour;
          held.show(score, now);
          const plain = score >= 80 ? 'red' : score >= 50 ? 'orange' : score >= 20 ? 'yellow' : 'blue';
          if (rank(held.colour) < rank(plain)) throw new Error(`${held.colour} at ${score}`);
          if (rank(held.colour) >= rank(before)) continue;
          if (now - loweredAt < 1000) throw new Error('lowered twice too soon');
          loweredAt = now;
        }
      }),
    );
  });
});
