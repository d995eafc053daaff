import { expect, it } from 'vitest';
import { temporaryDirectory } from './journal-fixture.ts';
import { canTrace, killAtBoundary, writeBoundaries } from './kill-boundaries.ts';
import { killRounds } from './kill-rounds.ts';

it('loses and doubles nothing that was committed when the agent is killed at any moment', async () => {
  const report = await killRounds(temporaryDirectory(), 24, () => Math.random() * 60);
  expect(report.rounds).toBe(24);
  expect(report.acknowledged).toBeGreaterThan(100);
  expect(report.lost).toStrictEqual([]);
  expect(report.duplicated).toStrictEqual([]);
}, 300_000);

it.runIf(canTrace)(
  'loses and doubles nothing when the agent is killed just before it writes, wherever that is',
  () => {
    const base = temporaryDirectory();
    const boundaries = writeBoundaries(base);
    expect(boundaries.length).toBeGreaterThan(100);
    const every = Math.ceil(boundaries.length / 10);
    const reports = boundaries.filter((_, index) => index % every === 0).map((each) => killAtBoundary(base, each));
    expect(reports.flatMap(({ lost, duplicated }) => [...lost, ...duplicated])).toEqual([]);
    expect(reports.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(10);
  },
  120_000,
);
