import Database from 'better-sqlite3';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, type Journal } from '#agent/journal/journal.ts';
import { journalFile } from '#agent/journal/store.ts';
import type { Clock } from '#agent/model/clock.ts';
import { siteId } from '#agent/model/ids.ts';
import { plantScans, walkScans, type Scan } from './plant-samples.ts';
import type { BenchResult } from './result.ts';

const POINTS = 3000;
const SECONDS = 200;
/** Samples are handed over in quarters of a second, as a driver's batches come and as `sampleCommit` cuts them. */
const BATCHES_A_SECOND = 4;

interface Run {
  readonly samplesPerSecond: number;
  readonly bytesPerSample: number;
  readonly readPerSecond: number;
}

/**
 * 3,000 points each second through the journal as fast as it takes them: samples a second of processor time of one core
 * (waiting for the disk not counted), bytes of the closed file, and the reading back of all of it for an uplink.
 * Reference: better-sqlite3 with one row a sample, in the same transactions.
 */
export async function bench(): Promise<BenchResult[]> {
  const plant = plantScans(POINTS, SECONDS);
  const rows = rowInserts(plant);
  const plantRun = journalRun(plant);
  const walk = journalRun(walkScans(POINTS, SECONDS, Math.fround));
  const tenths = journalRun(walkScans(POINTS, SECONDS, (value) => Math.round(value * 100) / 100));
  const doubles = journalRun(walkScans(POINTS, SECONDS, (value) => value));
  const size = (name: string, run: Run, target: number): BenchResult => ({
    name: `journal: disk, ${name}`,
    unit: 'bytes/sample',
    target: `≤ ${target}`,
    measured: run.bytesPerSample,
    reference: rows.bytesPerSample,
    ratio: run.bytesPerSample / rows.bytesPerSample,
    ok: run.bytesPerSample <= target,
  });
  return [
    {
      name: 'journal: samples written, plant model',
      unit: 'samples/s of one core',
      target: '≥ 100000',
      measured: plantRun.samplesPerSecond,
      reference: rows.samplesPerSecond,
      ratio: plantRun.samplesPerSecond / rows.samplesPerSecond,
      ok: plantRun.samplesPerSecond >= 100_000,
    },
    {
      name: 'journal: samples read back in order',
      unit: 'samples/s of one core',
      target: '≥ 60000',
      measured: plantRun.readPerSecond,
      reference: null,
      ratio: null,
      ok: plantRun.readPerSecond >= 60_000,
    },
    size('plant model', plantRun, 4),
    size('random walk, hundredths', tenths, 4),
    size('random walk, 32-bit floats', walk, 4),
    // 45 of its 64 bits are noise that no coding can shorten; no instrument gives it.
    size('random walk, 64-bit floats', doubles, 8),
    durableCommit(),
  ];
}

/** Wall and monotonic time as the samples say. */
function dataClock(): Clock & { at: number } {
  const clock = { at: 0, now: () => clock.at, monotonic: () => clock.at };
  return clock;
}

function withJournal<Result>(use: (journal: Journal, clock: { at: number }, directory: string) => Result): Result {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-bench-'));
  const clock = dataClock();
  const journal = openJournal({
    directory,
    site: siteId('bench'),
    clock,
    maxAgeMs: 1e12,
    maxBytes: 10e9,
    sampleCommitMs: 250,
    reserveBytes: 8 * 1024 * 1024,
    deliveredUpTo: () => Infinity,
  });
  try {
    return use(journal, clock, directory);
  } finally {
    journal.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function journalRun(scans: readonly Scan[]): Run {
  return withJournal((journal, clock, directory) => {
    const total = scans.reduce((sum, scan) => sum + scan.length, 0);
    const written = processorSeconds(() => {
      for (const scan of scans) {
        const length = Math.ceil(scan.length / BATCHES_A_SECOND);
        for (let start = 0; start < scan.length; start += length) {
          clock.at = (scan[0]?.receiveTime ?? 0) + start / length;
          journal.appendSamples(scan.slice(start, start + length));
          journal.flush();
        }
        journal.tick();
      }
    });
    let read = 0;
    const reading = processorSeconds(() => {
      for (let after = 0; ;) {
        const records = journal.read('sample', after, 20);
        for (const record of records) read += record.stream === 'sample' ? record.body.length : 0;
        const end = records.at(-1);
        if (end === undefined) break;
        after = end.seq;
      }
    });
    if (read !== total) throw new Error(`read ${read} samples of ${total} back`);
    journal.close();
    return {
      samplesPerSecond: total / written,
      bytesPerSample: statSync(journalFile(directory)).size / total,
      readPerSecond: total / reading,
    };
  });
}

/** One row a sample, in transactions of the same size. */
function rowInserts(scans: readonly Scan[]): Omit<Run, 'readPerSecond'> {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-bench-rows-'));
  const file = join(directory, 'rows.sqlite');
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.exec(
    'CREATE TABLE sample (id INTEGER PRIMARY KEY, point TEXT, value ANY, level TEXT, reason TEXT, source REAL, receive REAL, flags INTEGER)',
  );
  const insert = database.prepare(
    'INSERT INTO sample (point, value, level, reason, source, receive, flags) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const total = scans.reduce((sum, scan) => sum + scan.length, 0);
  const store = database.transaction((samples: Scan) => {
    for (const { point, value, quality, sourceTime, receiveTime, flags } of samples) {
      const stored = typeof value === 'boolean' ? Number(value) : value;
      insert.run(point, stored, quality.level, quality.reason ?? null, sourceTime, receiveTime, flags);
    }
  });
  const seconds = processorSeconds(() => {
    for (const scan of scans) {
      const length = Math.ceil(scan.length / BATCHES_A_SECOND);
      for (let start = 0; start < scan.length; start += length) store(scan.slice(start, start + length));
    }
  });
  database.close();
  const bytesPerSample = statSync(file).size / total;
  rmSync(directory, { recursive: true, force: true });
  return { samplesPerSecond: total / seconds, bytesPerSample };
}

/** One alarm a commit, each fsynced before the next. */
function durableCommit(): BenchResult {
  return withJournal((journal, clock) => {
    const tookMs: number[] = [];
    for (let i = 0; i < 300; i++) {
      clock.at += 10;
      const started = performance.now();
      journal.commit([{ stream: 'event', body: { time: clock.at, kind: 'bench', text: 'x'.repeat(400), flags: 0 } }]);
      tookMs.push(performance.now() - started);
    }
    const p99 = tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length * 0.99)] ?? NaN;
    return {
      name: 'journal: durable commit, p99',
      unit: 'ms',
      target: '≤ 40',
      measured: p99,
      reference: null,
      ratio: null,
      ok: p99 <= 40,
    };
  });
}

function processorSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
