import { describe, expect, it } from 'vitest';
import { hasFlag } from '#agent/model/flags.ts';
import { tagId } from '#agent/model/tag.ts';
import { RateLimit } from '#drivers/locating/rate-limit.ts';
import { TagBook } from '#drivers/locating/tag-book.ts';
import { toldTime } from '#drivers/locating/told-time.ts';

const [a, b, c] = [tagId('a'), tagId('b'), tagId('c')];

describe('the book of tags', () => {
  it('tells a state once, and again when it changes', () => {
    const book = new TagBook(10);
    expect(book.learn(a, { batteryPercent: 80, isAsleep: false })).toEqual({ batteryPercent: 80, isAsleep: false });
    expect(book.learn(a, { batteryPercent: 80, isAsleep: true })).toEqual({ isAsleep: true });
    expect(book.learn(a, { batteryPercent: 80, isAsleep: true })).toBeUndefined();
  });

  it('tells an alarm each time it is reported, and its end once', () => {
    const book = new TagBook(10);
    expect(book.learn(a, { sos: true })).toEqual({ sos: true });
    expect(book.learn(a, { sos: true })).toEqual({ sos: true });
    expect(book.learn(a, { sos: false })).toEqual({ sos: false });
    expect(book.learn(a, { sos: false })).toBeUndefined();
  });

  it('counts who was heard lately and who is lost', () => {
    const book = new TagBook(10);
    book.hear(a, 100);
    book.hear(b, 200);
    book.learn(c, { isLost: true });
    expect([book.heardSince(100), book.heardSince(150), book.lost]).toEqual([2, 1, 1]);
    book.learn(c, { isLost: false });
    expect(book.lost).toBe(0);
  });

  it('forgets who was silent longest when there are too many, the lost among them', () => {
    const book = new TagBook(2);
    book.learn(a, { isLost: true });
    book.hear(b, 1);
    book.hear(a, 2);
    book.hear(c, 3);
    expect(book.heardSince(0)).toBe(2);
    expect(book.learn(b, { batteryPercent: 5 })).toEqual({ batteryPercent: 5 });
    expect(book.lost).toBe(0);
  });
});

it('lets a burst of ten seconds pass at once, then the rate, and counts the others', () => {
  let now = 0;
  const limit = new RateLimit(10, { now: () => now, monotonic: () => now });
  const passed = (tries: number): number => Array.from({ length: tries }, () => limit.admits()).filter(Boolean).length;
  expect(passed(150)).toBe(100);
  expect(limit.takeDropped()).toBe(50);
  now = 500;
  expect(passed(20)).toBe(5);
  expect(limit.takeDropped()).toBe(15);
  expect(limit.takeDropped()).toBe(0);
});

it.each([
  ['nothing', undefined, 0, false],
  ['a second ago', -1000, -1000, false],
  ['a second ahead', 1000, 0, false],
  ['two minutes ahead', 120_000, 0, true],
  ['an hour ago', -3_600_000, -3_600_000, true],
  ['in 1970', -1_782_907_200_000, 0, true],
])('takes a told time of %s for what it can be', (_, told, sourceTime, isSuspect) => {
  const now = Date.UTC(2026, 6, 1, 12);
  const time = toldTime(told === undefined ? undefined : now + told, now);
  expect(time.sourceTime - now).toBe(sourceTime);
  expect(hasFlag(time.flags, 'clockSuspect')).toBe(isSuspect);
});
