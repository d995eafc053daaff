import { cpSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { HistoryPosition } from '#agent/journal/history.ts';
import type { Journal } from '#agent/journal/journal.ts';
import type { TrendPoint } from '#agent/journal/rollup/trend.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad, GOOD, uncertain } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { FakeClock, open, samplesAt, temporaryDirectory } from './journal-fixture.ts';

const POINTS = 200;

function withoutMean(point: TrendPoint): Omit<TrendPoint, 'mean'> {
  const { mean, ...rest } = point;
  expect(mean === undefined).toBe(point.min === undefined);
  return rest;
}

/** Two hours of 200 points each ten seconds, every sample kept for comparison. */
function fill(journal: Journal, clock: FakeClock, rounds: number, lagMs = 0): Sample[] {
  const all: Sample[] = [];
  for (let i = 0; i < rounds; i++) {
    clock.pass(10_000);
    const samples = samplesAt(clock.now(), POINTS).map((sample, n) => ({
      ...sample,
      sourceTime: sample.sourceTime - (n % 3) * lagMs,
      value: Math.round(Math.sin(i / 9 + n) * 1000) / 10,
      quality: (i + n) % 50 === 0 ? bad('comm-lost') : (i + n) % 31 === 0 ? uncertain('over-range') : GOOD,
    }));
    all.push(...samples);
    journal.appendSamples(samples);
    journal.flush();
  }
  return all;
}

describe('history', () => {
  it('gives the samples of some points within a time range, page by page, across packed and fresh blocks', () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    const start = clock.now();
    const all = fill(journal, clock, 180);
    const points = [pointId('P-3'), pointId('P-77'), pointId('no such point')];
    const from = start + 200_000;
    const to = start + 1_500_000;
    const expected = all.filter(
      (each) => points.includes(each.point) && each.sourceTime >= from && each.sourceTime < to,
    );
    expect(expected.length).toBeGreaterThan(200);
    const found: Sample[] = [];
    let after: HistoryPosition | undefined;
    let pages = 0;
    do {
      const page = journal.history({ points, from, to, limit: 37, ...(after ? { after } : {}) });
      found.push(...page.samples);
      after = page.next;
      pages += 1;
    } while (after);
    expect(found).toStrictEqual(expected);
    expect(pages).toBe(Math.ceil(expected.length / 37));
    journal.close();
    const again = open(directory, clock);
    expect(again.history({ points, from, to, limit: 1e6 }).samples).toStrictEqual(expected);
    expect(again.read('sample', 0, 1000).flatMap((each) => each.body as readonly Sample[])).toStrictEqual(all);
  });

  it('ends a page early rather than reading for long, and gives everything over the pages', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock);
    const from = clock.now();
    const all = fill(journal, clock, 1500);
    const query = { points: [pointId('P-3')], from, to: Infinity, limit: 1e6 };
    const found: Sample[] = [];
    let pages = 0;
    for (let after: HistoryPosition | undefined; pages === 0 || after; pages++) {
      const page = journal.history({ ...query, ...(after ? { after } : {}) });
      found.push(...page.samples);
      after = page.next;
    }
    expect(pages).toBeGreaterThan(2);
    expect(found).toStrictEqual(all.filter((each) => each.point === 'P-3'));
  });

  it('goes on at the same place after the blocks have been packed together', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock);
    const from = clock.now();
    const all = fill(journal, clock, 60);
    const query = { points: [pointId('P-3'), pointId('P-9')], from, to: Infinity, limit: 55 };
    const first = journal.history(query);
    all.push(...fill(journal, clock, 60));
    const { samples } = journal.history({ ...query, limit: 1000, ...(first.next ? { after: first.next } : {}) });
    const expected = all.filter((each) => query.points.includes(each.point));
    expect([...first.samples, ...samples]).toStrictEqual(expected);
  });

  const expectedTrend = (samples: readonly Sample[], length: number): unknown[] => {
    const periods = Map.groupBy(samples, (each) => Math.floor(each.sourceTime / length) * length);
    return [...periods].map(([start, of]) => {
      const good = of.filter((each) => each.quality.level === 'good').map((each) => Number(each.value));
      const usable = of.filter((each) => each.quality.level !== 'bad');
      return {
        start,
        ...(good.length > 0 ? { min: Math.min(...good), max: Math.max(...good) } : {}),
        ...(usable.length > 0 ? { last: usable.at(-1)?.value } : {}),
        good: good.length,
        uncertain: usable.length - good.length,
        bad: of.length - usable.length,
      };
    });
  };

  it('counts minutes and hours as the samples come, the open ones included', () => {
    const clock = new FakeClock();
    const journal = open(temporaryDirectory(), clock);
    const from = clock.now();
    const all = fill(journal, clock, 800);
    const point = pointId('P-9');
    const mine = all.filter((each) => each.point === point);
    for (const [resolution, length] of [
      ['minute', 60_000],
      ['hour', 3_600_000],
    ] as const) {
      const trend = journal.trend({ point, resolution, from, to: clock.now() });
      const expected = expectedTrend(mine, length);
      expect(expected.length).toBeGreaterThan(1);
      expect(trend.map(withoutMean)).toStrictEqual(expected);
      const first = mine.filter((each) => Math.floor(each.sourceTime / length) * length === trend[0]?.start);
      const good = first.filter((each) => each.quality.level === 'good').map((each) => Number(each.value));
      expect(trend[0]?.mean).toBeCloseTo(good.reduce((sum, value) => sum + value, 0) / good.length, 3);
    }
  });

  it('counts each sample once even when the agent dies between two minutes', () => {
    const clock = new FakeClock();
    const directory = temporaryDirectory();
    let journal = open(directory, clock);
    const from = clock.now();
    const all: Sample[] = [];
    for (let death = 0; death < 8; death++) {
      // Some sources lag: records hold samples of two minutes, some of them counted already.
      all.push(...fill(journal, clock, 47, 9000));
      const copy = temporaryDirectory();
      cpSync(journal.directory, copy, { recursive: true });
      journal = open(copy, clock);
    }
    for (const name of ['P-0', 'P-151', 'P-2']) {
      const point = pointId(name);
      const trend = journal.trend({ point, resolution: 'minute', from, to: clock.now() });
      const mine = all.filter((each) => each.point === point);
      expect(trend.map(withoutMean)).toStrictEqual(expectedTrend(mine, 60_000));
      const hours = journal.trend({ point, resolution: 'hour', from, to: clock.now() });
      expect(hours.map(withoutMean)).toStrictEqual(expectedTrend(mine, 3_600_000));
    }
  });
});
