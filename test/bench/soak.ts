import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { footprintOf } from '#test/prove/footprint.ts';
import { makePlan } from '#test/prove/plan.ts';
import { play } from '#test/prove/play.ts';
import { raiseStage } from '#test/prove/stage.ts';
import type { BenchResult } from './result.ts';
import { slope } from './weight/slope.ts';
import type { Reading } from './weight/slope.ts';
import type { ToldWeight } from './weight/tell-weight.ts';

/** Until caches are full and functions compiled. */
const WARM_UP_MINUTES = 2;
/** For a longer soak: `SOAK_MINUTES=60 npm run bench -- soak`. */
const MEASURED_MINUTES = Number(process.env['SOAK_MINUTES'] ?? 4);
const SEED = 7;
const LOOK_EVERY_MS = 5000;

/**
 * The demo site with real brokers at the pace of `npm run prove`, a fault each 8 s and an alarm each 20 s, weeks of a plant
 * in minutes; the agent alone is never killed. What it holds must not grow.
 */
export async function bench(): Promise<BenchResult[]> {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-soak-'));
  const weightFile = join(directory, 'weight.ndjson');
  const stage = await raiseStage(SEED, weightFile);
  const plan = makePlan(SEED, (WARM_UP_MINUTES + MEASURED_MINUTES) * 60_000);
  const steps = plan.steps.filter(({ blow }) => blow.kind !== 'kill' || blow.whom !== 'agent');
  const descriptors: Reading[] = [];
  const began = performance.now();
  const looking = setInterval(() => {
    const found = footprintOf(stage.agent.pid() ?? 0);
    if (found) descriptors.push([(performance.now() - began) / 60_000, found.descriptors]);
  }, LOOK_EVERY_MS);
  try {
    await play(stage, { ...plan, steps }, () => {});
    const ends = stage.agent.endedByItself();
    if (ends.length > 0) throw new Error(`the agent ended: ${ends.join('\n')}`);
    return rowsOf(weightsIn(weightFile), descriptors);
  } finally {
    clearInterval(looking);
    await stage.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

const weightsIn = (file: string): ToldWeight[] =>
  readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ToldWeight);

function rowsOf(weights: readonly ToldWeight[], descriptors: readonly Reading[]): BenchResult[] {
  const warm = (readings: readonly Reading[]): Reading[] => readings.filter(([at]) => at >= WARM_UP_MINUTES);
  const perMinute = (read: (told: ToldWeight) => number): number =>
    slope(warm(weights.map((told) => [told.seconds / 60, read(told)])));
  const row = (what: string, unit: string, measured: number, most: number): BenchResult => ({
    name: `soak ${what}`,
    unit,
    target: `≤ ${most}`,
    measured,
    reference: null,
    ratio: null,
    ok: measured <= most,
  });
  return [
    row(
      'alive after GC',
      'KB/min',
      perMinute(({ alive }) => alive / 1000),
      100,
    ),
    row(
      'buffers after GC',
      'KB/min',
      perMinute(({ buffers }) => buffers / 1000),
      50,
    ),
    row(
      'resident',
      'MB/min',
      perMinute(({ resident }) => resident / 1e6),
      5,
    ),
    row('descriptors', '1/min', slope(warm(descriptors)), 0.1),
    row(
      'sockets and timers',
      '1/min',
      perMinute(({ resources }) => resources),
      0.5,
    ),
  ];
}
