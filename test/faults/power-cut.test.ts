import { expect, it } from 'vitest';
import { canTrace } from '#test/agent/journal/kill-boundaries.ts';
import { temporaryDirectory } from '#test/agent/journal/journal-fixture.ts';
import { cutPower, recordTwoRuns } from './power-cut/power-cut.ts';
import { random } from '#test/bench/mutation.ts';

it.runIf(canTrace)(
  'a journal opens whatever of its last writes a power cut leaves, and states all that is gone',
  () => {
    const work = temporaryDirectory();
    const operations = recordTwoRuns(work, 8);
    expect(operations.length).toBeGreaterThan(100);
    const chance = random(7);
    const found = [];
    for (let cut = 1; cut < operations.length; cut += 5)
      found.push({ cut, ...cutPower(operations, cut, { work, chance }) });
    expect(found.filter(({ faults }) => faults.length > 0)).toEqual([]);
    expect(found.map(({ kind }) => kind)).toContain('power-loss');
    // Samples are not put on the disk one by one: had none been lost, nothing would have been tried.
    expect(found.reduce((sum, { samplesGone }) => sum + samplesGone, 0)).toBeGreaterThan(0);
  },
  120_000,
);
