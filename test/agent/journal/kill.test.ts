import { expect, it } from 'vitest';
import { temporaryDirectory } from './journal-fixture.ts';
import { killRounds } from './kill-rounds.ts';

it('loses and doubles nothing that was committed when the agent is killed at any moment', async () => {
  const report = await killRounds(temporaryDirectory(), 24, () => Math.random() * 60);
  expect(report.rounds).toBe(24);
  expect(report.acknowledged).toBeGreaterThan(100);
  expect(report.lost).toStrictEqual([]);
  expect(report.duplicated).toStrictEqual([]);
}, 120_000);
