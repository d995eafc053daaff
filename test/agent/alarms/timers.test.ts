import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Timers } from '#agent/alarms/timers.ts';

test('timers come due in order of time, ties in the order in which they were set, and cancelled ones never', () => {
  const actions = fc.array(fc.record({ dueMs: fc.nat({ max: 50 }), cancels: fc.option(fc.nat({ max: 200 })) }), {
    maxLength: 100,
    size: 'max',
  });
  fc.assert(
    fc.property(actions, (list) => {
      const timers = new Timers<number>();
      const set = list.map(({ dueMs }, index) => timers.set(dueMs, index));
      const cancelled = new Set(list.flatMap(({ cancels }) => (cancels === null ? [] : [cancels % list.length])));
      for (const index of cancelled) {
        const timer = set[index];
        if (timer !== undefined) {
          timers.cancel(timer);
          timers.cancel(timer);
        }
      }
      const expected = list
        .map(({ dueMs }, index) => ({ dueMs, index }))
        .filter(({ index }) => !cancelled.has(index))
        .toSorted((a, b) => a.dueMs - b.dueMs || a.index - b.index);
      expect(timers.size).toBe(expected.length);
      const taken: number[] = [];
      for (let timer = timers.takeDue(50); timer !== undefined; timer = timers.takeDue(50)) taken.push(timer.what);
      expect(taken).toEqual(expected.map(({ index }) => index));
    }),
  );
});

test('a timer is due at its time and not before', () => {
  const timers = new Timers<string>();
  timers.set(10, 'a');
  expect(timers.nextDue()).toBe(10);
  expect(timers.takeDue(9)).toBeUndefined();
  expect(timers.takeDue(10)?.what).toBe('a');
  expect(timers.nextDue()).toBeUndefined();
});
