import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KillLedger, type KillReport } from './kill-ledger.ts';

const child = new URL('./kill-child.ts', import.meta.url).pathname;
const tracer = 'strace';
/** Everything by which a process changes a disk or asks for it to be changed. */
const WRITES =
  'pwrite64,pwritev,pwritev2,write,writev,ftruncate,truncate,fallocate,fsync,fdatasync,sync_file_range,' +
  'rename,renameat,renameat2,unlink,unlinkat,link,linkat,mkdir,mkdirat,rmdir';
const TURNS = 8;
/** More than one row's worth of samples: they are packed, and the log is written back and begun anew meanwhile. */
const BATCHES = 420;
/** Of the writer before: within its transactions, some of which it has told. */
const KILLED_AT = { call: 'pwrite64', nth: 84 };

export const canTrace = spawnSync(tracer, ['-e', 'trace=none', 'true']).status === 0;

/** The tracer counts each kind of call by itself. */
interface Call {
  readonly call: string;
  /** From 1. */
  readonly nth: number;
}

interface Boundary extends Call {
  readonly start: Start;
  /** The call and the file, e.g. `pwrite64 journal.sqlite-wal`. */
  readonly kind: string;
}

/** What a writer begins with. */
interface Start {
  readonly name: string;
  /** Without a journal: there is none yet. */
  readonly directory: string;
  /** What the writer before has told. */
  readonly told: readonly string[];
  readonly batches: number;
}

/**
 * Every such call that whole runs make on their main thread, from start to clean stop: one on an empty disk, and one upon
 * what a killed writer has left, which mends it, packs its samples and writes its log back.
 */
export function writeBoundaries(base: string): readonly Boundary[] {
  const empty = { name: 'empty', directory: join(base, 'empty'), told: [], batches: 0 };
  mkdirSync(empty.directory);
  const { directory, out } = killedAt(base, empty, KILLED_AT);
  const killed = { name: 'killed', directory, told: out, batches: BATCHES };
  return [empty, killed].flatMap((start) => calls(base, start).map((each) => ({ start, ...each })));
}

function calls(base: string, start: Start): readonly Omit<Boundary, 'start'>[] {
  const trace = join(base, 'trace');
  // The second run finds what the first has compiled, as all that are to be killed do.
  for (const traced of [[], [tracer, '-f', '-y', '-e', `trace=${WRITES}`, '-o', trace]]) {
    const directory = copyOf(base, start);
    const { status, stderr } = run([...traced, ...writer(directory, 'count', start)], base);
    if (status !== 0) throw new Error(`count writes: ${String(stderr)}`);
    rmSync(directory, { recursive: true });
  }
  const lines = readFileSync(trace, 'utf8').split('\n');
  const main = lines[0]?.split(' ')[0] ?? '';
  const counts = new Map<string, number>();
  return lines.flatMap((line) => {
    const [, call, file = ''] = new RegExp(`^${main} +(\\w+)\\([^<"]*[<"]([^>"]*)`).exec(line) ?? [];
    if (call === undefined) return [];
    const nth = (counts.get(call) ?? 0) + 1;
    counts.set(call, nth);
    return [
      { call, nth, kind: `${call} ${file.replace(/:.*/, '').replace(/.*[/](boundary-.*)?/, '') || 'directory'}` },
    ];
  });
}

/** Kills a writer at such a call, before the call is done, and compares what it printed with what is there. */
export function killAtBoundary(base: string, { start, call, nth }: Boundary): KillReport {
  const { directory, out } = killedAt(base, start, { call, nth });
  const ledger = new KillLedger(directory);
  ledger.check([...start.told, ...out]);
  rmSync(directory, { recursive: true });
  return ledger.report;
}

/** Where the disk was left, and the lines that were printed whole. */
function killedAt(base: string, start: Start, at: Call, tries = 3): { directory: string; out: string[] } {
  const { call, nth } = at;
  const directory = copyOf(base, start);
  const inject = `inject=${call}:signal=SIGKILL:when=${nth}`;
  const trace = [tracer, '-f', '-e', `trace=${call}`, '-e', inject, '-o', '/dev/null'];
  const { stdout, stderr, status, signal } = run(
    [...trace, ...writer(directory, `${start.name}-${call}-${nth}`, start)],
    base,
  );
  // Node wakes its threads a write more or less often: the last of a run may not come.
  if (status === 0 && tries > 1) return killedAt(base, start, at, tries - 1);
  if (signal !== 'SIGKILL') throw new Error(`the writer was not killed at its ${nth}. ${call}: ${String(stderr)}`);
  const out = String(stdout);
  return { directory, out: out.slice(0, out.lastIndexOf('\n') + 1).split('\n') };
}

function copyOf(base: string, start: Start): string {
  const directory = mkdtempSync(join(base, 'boundary-'));
  cpSync(start.directory, directory, { recursive: true });
  return directory;
}

const writer = (directory: string, name: string, { batches }: Start): string[] =>
  [process.execPath, child, directory, name, TURNS, batches].map(String);

/** With what Node compiled kept from run to run, and nothing of it written while one is killed. */
function run([program = '', ...args]: readonly string[], base: string): ReturnType<typeof spawnSync> {
  return spawnSync(program, args, { env: { ...process.env, NODE_COMPILE_CACHE: join(base, 'compiled') } });
}
