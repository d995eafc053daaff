import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fillBacklog, type Backlog } from './outage/backlog.ts';
import { isData, siteData, type Data } from './outage/data.ts';
import { drainBacklog, type Drained } from './outage/drain.ts';
import type { BenchResult } from './result.ts';

/** `npm run bench` has no time for more. */
const SHORT_HOURS = 0.25;

interface Asked {
  readonly kind: Data;
  readonly hours: number;
  readonly directory: string;
  /** Leaves the backlog in the directory. */
  readonly isOnlyFilled?: boolean;
}

async function outage({ kind, hours, directory, isOnlyFilled }: Asked): Promise<Backlog & Partial<Drained>> {
  const data = siteData(kind);
  const backlog = fillBacklog(directory, { kind, hours }, data);
  return isOnlyFilled ? backlog : { ...backlog, ...(await drainBacklog(directory, backlog, data)) };
}

async function inPassing<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-outage-'));
  try {
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export async function bench(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const kind of ['plant', 'walk'] as const) {
    const found = await inPassing((directory) => outage({ kind, hours: SHORT_HOURS, directory }));
    const figure = (
      name: string,
      unit: string,
      measured: number | undefined,
      [sign, limit]: ['≤' | '≥', number],
    ): BenchResult => ({
      name: `outage of ${SHORT_HOURS} h, ${kind}: ${name}`,
      unit,
      target: `${sign} ${limit}`,
      measured: measured ?? NaN,
      reference: null,
      ratio: null,
      ok: measured !== undefined && (sign === '≤' ? measured <= limit : measured >= limit),
    });
    results.push(
      figure('not delivered', 'samples', found.missing, ['≤', 0]),
      figure('delivered otherwise than written', 'messages', found.received?.faults, ['≤', 0]),
      figure('backfill', 'times live', found.timesLive, ['≥', 20]),
      figure('alarm to broker meanwhile, p99', 'ms', found.alarmP99Ms, ['≤', 250]),
      figure('on disk', 'bytes/sample', found.diskBytesPerSample, ['≤', 4]),
      figure('on the wire', 'bytes/sample', found.wireBytesPerSample, ['≤', 4]),
    );
  }
  return results;
}

/**
 * So many hours of 3,000 values a second without a receiver, by a simulated clock; then broker and receiver come back.
 * `node test/bench/outage.ts [--hours 72] [--data plant|walk] [--directory DIR] [--only-fill]` says on standard error how far
 * it is and prints one JSON object; exit 1 where anything is missing or not as it was written. What was filled into a
 * directory that is named stays there: an interrupted run goes on with it, and it can be drained later and again. 72 hours
 * take 3 GB.
 */
if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      hours: { type: 'string', default: '72' },
      data: { type: 'string', default: 'plant' },
      directory: { type: 'string' },
      'only-fill': { type: 'boolean', default: false },
    },
  });
  const { hours, data: kind, directory, 'only-fill': isOnlyFilled } = values;
  if (!isData(kind) || !(Number(hours) > 0)) throw new Error('usage: outage.ts [--hours 72] [--data plant|walk] …');
  const run = (place: string) => outage({ kind, hours: Number(hours), directory: place, isOnlyFilled });
  const found = await (directory === undefined ? inPassing(run) : run(directory));
  console.log(JSON.stringify(found));
  const isWhole = found.missing === 0 && found.received?.faults === 0 && found.alarmsMissing === 0;
  process.exitCode = isOnlyFilled || isWhole ? 0 : 1;
}
