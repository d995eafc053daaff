import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canTrace, killAtBoundary, writeBoundaries } from '#test/agent/journal/kill-boundaries.ts';
import type { KillReport } from '#test/agent/journal/kill-ledger.ts';
import { killRounds } from '#test/agent/journal/kill-rounds.ts';
import type { BenchResult } from './result.ts';

/** Of one directory: its journal grows with each round, and is read whole after each. */
const ROUNDS_A_DIRECTORY = 25;

interface Tally {
  rounds: number;
  acknowledged: number;
  lost: number;
  duplicated: number;
  slowestOpenMs: number;
}

/** Once before each call by which the writer changes its disk; `calls`: how many of each kind. */
function killEverywhere(): Tally & { readonly calls: Readonly<Record<string, number>> } {
  const base = mkdtempSync(join(tmpdir(), 'firewatch-kill-'));
  const boundaries = writeBoundaries(base);
  const tally: Tally = { rounds: boundaries.length, acknowledged: 0, lost: 0, duplicated: 0, slowestOpenMs: 0 };
  for (const [index, each] of boundaries.entries()) {
    add(tally, killAtBoundary(base, each));
    tell('kills before a write', index + 1, boundaries.length);
  }
  rmSync(base, { recursive: true, force: true });
  const calls: Record<string, number> = {};
  for (const { kind } of boundaries) calls[kind] = (calls[kind] ?? 0) + 1;
  return { ...tally, calls };
}

function tell(what: string, done: number, of: number): void {
  if (done % ROUNDS_A_DIRECTORY === 0 || done === of) process.stderr.write(`${done} of ${of} ${what}\n`);
}

function add(tally: Tally, report: KillReport): void {
  tally.acknowledged += report.acknowledged;
  tally.lost += report.lost.length;
  tally.duplicated += report.duplicated.length;
  tally.slowestOpenMs = Math.max(tally.slowestOpenMs, report.slowestOpenMs);
}

/**
 * Kills a writing journal at random moments, and at each write. `node test/bench/journal-kill.ts [ROUNDS]` prints two JSON
 * objects, 500 random rounds where not said, exit 1 if a committed record was lost or came twice; `npm run bench` does a
 * hundred, and no single writes.
 */
async function kill(rounds: number): Promise<Tally> {
  const tally: Tally = { rounds, acknowledged: 0, lost: 0, duplicated: 0, slowestOpenMs: 0 };
  for (let done = 0; done < rounds; done += ROUNDS_A_DIRECTORY) {
    const directory = mkdtempSync(join(tmpdir(), 'firewatch-kill-'));
    const report = await killRounds(directory, Math.min(ROUNDS_A_DIRECTORY, rounds - done), () => Math.random() * 80);
    add(tally, report);
    tell('kills at random', done + report.rounds, rounds);
    rmSync(directory, { recursive: true, force: true });
  }
  return tally;
}

export async function bench(): Promise<BenchResult[]> {
  const { rounds, acknowledged, lost, duplicated, slowestOpenMs } = await kill(100);
  if (acknowledged < rounds) throw new Error('the writers wrote nothing: nothing was measured');
  const figure = (name: string, measured: number, limit: number): BenchResult => ({
    name: `journal: ${name}`,
    unit: name.endsWith('open') ? 'ms' : 'records',
    target: `≤ ${limit}`,
    measured,
    reference: null,
    ratio: null,
    ok: measured <= limit,
  });
  return [
    figure(`lost in ${rounds} kills`, lost, 0),
    figure(`doubled in ${rounds} kills`, duplicated, 0),
    figure('after a kill, slowest open', slowestOpenMs, 2000),
  ];
}

if (import.meta.main) {
  const tallies = {
    'at random': await kill(Number(process.argv[2] ?? 500)),
    ...(canTrace ? { 'before each write': killEverywhere() } : {}),
  };
  for (const [when, tally] of Object.entries(tallies)) console.log(JSON.stringify({ when, ...tally }));
  process.exitCode = Object.values(tallies).every(({ lost, duplicated }) => lost + duplicated === 0) ? 0 : 1;
}
