import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KillLedger, type KillReport } from './kill-ledger.ts';

const child = new URL('./kill-child.ts', import.meta.url).pathname;
const tracer = 'strace';
/** Everything by which a process changes a disk or asks for it to be changed. */
const WRITES = 'pwrite64,write,ftruncate,fsync,fdatasync,rename,unlink,mkdir';
const TURNS = 8;

export const canTrace = spawnSync(tracer, ['-e', 'trace=none', 'true']).status === 0;

/** The tracer counts each kind of call by itself. */
interface Boundary {
  readonly call: string;
  /** From 1. */
  readonly nth: number;
}

/** Every such call that a whole run makes on its main thread, from the first start to a clean stop. */
export function writeBoundaries(base: string): readonly Boundary[] {
  const directory = mkdtempSync(join(base, 'boundaries-'));
  const trace = join(directory, 'trace');
  const args = ['-f', '-e', `trace=${WRITES}`, '-o', trace, process.execPath, child, join(directory, 'j'), 'count'];
  const { status, stderr } = spawnSync(tracer, [...args, String(TURNS)]);
  if (status !== 0) throw new Error(`count writes: ${String(stderr)}`);
  const lines = readFileSync(trace, 'utf8').split('\n');
  const main = lines[0]?.split(' ')[0] ?? '';
  rmSync(directory, { recursive: true });
  const counts = new Map<string, number>();
  return lines.flatMap((line): Boundary[] => {
    const call = new RegExp(`^${main} +(\\w+)\\(`).exec(line)?.[1];
    if (call === undefined) return [];
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    return [{ call, nth }];
  });
}

/** Kills a writer at such a call, before the call is done, and compares what it printed with what is there. */
export function killAtBoundary(base: string, { call, nth }: Boundary): KillReport {
  const directory = mkdtempSync(join(base, 'boundary-'));
  const journal = join(directory, 'j');
  const inject = `inject=${call}:signal=SIGKILL:when=${nth}`;
  const args = ['-f', '-e', `trace=${call}`, '-e', inject, '-o', '/dev/null', process.execPath, child, journal];
  const { stdout, signal } = spawnSync(tracer, [...args, `${call}-${nth}`, String(TURNS)]);
  if (signal !== 'SIGKILL') throw new Error(`the writer was not killed at its ${nth}. ${call}`);
  const out = String(stdout);
  const ledger = new KillLedger(journal);
  ledger.check(out.slice(0, out.lastIndexOf('\n') + 1).split('\n'));
  rmSync(directory, { recursive: true });
  return ledger.report;
}
