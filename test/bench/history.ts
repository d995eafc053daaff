import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from './result.ts';

/** One run: one line of the history. */
export interface BenchRun {
  /** ISO 8601. */
  readonly time: string;
  readonly commit: string;
  readonly machine: string;
  /** Load of the machine at the end: figures of a busy one say little. */
  readonly load: number;
  readonly command: string;
  readonly results: readonly RecordedResult[];
}

export interface RecordedResult extends BenchResult {
  /** What measured it: `npm run bench -- NAME`. */
  readonly bench: string;
}

const file = fileURLToPath(new URL('history.ndjson', import.meta.url));

/** `--record` adds a run; the file is committed, so that the next one sees what became slower. */
export const recordRun = (run: BenchRun): void => appendFileSync(file, `${JSON.stringify(run)}\n`);

export const readHistory = (): readonly BenchRun[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as BenchRun)
    : [];

export const runOf = (results: readonly RecordedResult[], command: string): BenchRun => ({
  time: new Date().toISOString(),
  commit: commitHere(),
  machine: machineHere(),
  load: loadavg()[0] ?? 0,
  command,
  results,
});

/** What was measured of this the last time on such a machine. */
export const lastOf = (history: readonly BenchRun[], name: string, machine: string): number | undefined =>
  history
    .filter((run) => run.machine === machine)
    .flatMap(({ results }) => results)
    .findLast((result) => result.name === name)?.measured;

export const machineHere = (): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;

function commitHere(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'no repository';
  }
}
