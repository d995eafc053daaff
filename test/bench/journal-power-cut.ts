import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cutPower, recordTwoRuns } from '#test/faults/power-cut/power-cut.ts';
import { random } from './mutation.ts';
import type { BenchResult } from './result.ts';

interface Tally {
  cuts: number;
  faults: number;
  samplesGone: number;
  slowestOpenMs: number;
}

/**
 * Fails the power before each write of two runs of a writer, `times` over with other writes surviving each time: unsynced
 * ones are dropped, kept or torn at a sector. `node test/bench/journal-power-cut.ts [TIMES]` prints one JSON object, exit
 * 1 where a restart failed or anything was gone that the contract does not allow or no gap states.
 */
function cutEverywhere(times: number): Tally {
  const work = mkdtempSync(join(tmpdir(), 'firewatch-power-'));
  const tally: Tally = { cuts: 0, faults: 0, samplesGone: 0, slowestOpenMs: 0 };
  try {
    const operations = recordTwoRuns(work, 12);
    for (let time = 0; time < times; time++) {
      const chance = random(time + 1);
      for (let cut = 1; cut <= operations.length; cut++) {
        const { faults, samplesGone, openMs } = cutPower(operations, cut, { work, chance });
        tally.cuts += 1;
        tally.faults += faults.length;
        tally.samplesGone += samplesGone;
        tally.slowestOpenMs = Math.max(tally.slowestOpenMs, openMs);
        if (faults.length > 0) process.stderr.write(`seed ${time + 1}, cut ${cut}: ${faults.join('; ')}\n`);
      }
    }
    return tally;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

export function bench(): Promise<BenchResult[]> {
  const { cuts, faults, samplesGone, slowestOpenMs } = cutEverywhere(1);
  if (samplesGone === 0) throw new Error('no write was lost: nothing was tried');
  const figure = (name: string, unit: string, measured: number, limit: number): BenchResult => ({
    name: `journal: ${name}`,
    unit,
    target: `≤ ${limit}`,
    measured,
    reference: null,
    ratio: null,
    ok: measured <= limit,
  });
  return Promise.resolve([
    figure(`against its contract in ${cuts} power cuts`, 'faults', faults, 0),
    figure('after a power cut, slowest open', 'ms', slowestOpenMs, 2000),
  ]);
}

if (import.meta.main) {
  const tally = cutEverywhere(Number(process.argv[2] ?? 3));
  console.log(JSON.stringify(tally));
  process.exitCode = tally.faults === 0 && tally.samplesGone > 0 ? 0 : 1;
}
