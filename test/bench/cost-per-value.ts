import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createAlarmEngine } from '#agent/alarms/engine.ts';
import { Intake } from '#agent/ingest/intake.ts';
import { openJournal } from '#agent/journal/journal.ts';
import type { AlarmDefinition } from '#agent/model/alarm.ts';
import { systemClock } from '#agent/model/clock.ts';
import { Flag } from '#agent/model/flags.ts';
import { alarmId, pointId, siteId, sourceId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { BenchResult } from './result.ts';

const SIZES = [1000, 10_000, 100_000];
const VALUES = 600_000;
const BATCH = 500;
/** Dearest over cheapest: what does not depend on the number of points stays below. */
const FLAT = 1.5;

const SOURCE = sourceId('plc');

/**
 * What one value costs of a core from the driver's border to the journal: checks, one alarm a point, packing and commit.
 * Reference: as many rows put into a table by plain better-sqlite3, in transactions of the same size.
 */
export function bench(): Promise<BenchResult[]> {
  const reference = nanosecondsPlain();
  const costs = SIZES.map((size) => [size, nanosecondsOf(size)] as const);
  const values = costs.map(([, cost]) => cost);
  const spread = Math.max(...values) / Math.min(...values);
  return Promise.resolve([
    ...costs.map(([size, measured]) => ({
      name: `cost of a value at ${size} points`,
      unit: 'ns of a core',
      target: 'none',
      measured,
      reference,
      ratio: measured / reference,
      ok: true,
    })),
    {
      name: 'cost of a value, 1,000 to 100,000 points, dearest over cheapest',
      unit: '×',
      target: `≤ ${FLAT}`,
      measured: spread,
      reference: null,
      ratio: null,
      ok: spread <= FLAT,
    },
  ]);
}

function nanosecondsOf(size: number): number {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-cost-'));
  const clock = systemClock;
  const points = Array.from({ length: size }, (_, at) => pointOf(at));
  const alarms = points.map(alarmOf);
  const limits = { tickMs: 1000, firstDataWithinMs: 1e9, silentForMs: 1e9, releaseWithinMs: 0 };
  const source = { id: SOURCE, kind: 'modbus', simulated: true };
  const intake = new Intake({ source, points, alarms, clock, ...limits });
  const engine = createAlarmEngine({ definitions: alarms, clock });
  const options = { maxAgeMs: 1e12, maxBytes: 1e9, sampleCommitMs: 250 };
  const journal = openJournal({ directory, site: siteId('a'), clock, ...options });
  intake.begin();

  let at = 0;
  const run = (values: number): void => {
    for (let done = 0; done < values; done += BATCH) {
      const samples = Array.from({ length: BATCH }, (): Sample => {
        at += 1;
        const now = clock.now();
        const point = points[at % size] ?? pointOf(0);
        const value = 50 + ((at * 7919) % 1000) / 100;
        return { point: point.id, value, quality: GOOD, sourceTime: now, receiveTime: now, flags: Flag.sim };
      });
      for (const told of intake.accept({ type: 'samples', samples })) {
        if (told.type !== 'samples') continue;
        engine.onSamples(told.samples);
        journal.appendSamples(told.samples);
      }
      journal.tick();
    }
    journal.flush();
  };
  run(Math.max(size * 2, 100_000));
  const before = process.cpuUsage();
  run(VALUES);
  const { user, system } = process.cpuUsage(before);
  journal.close();
  rmSync(directory, { recursive: true, force: true });
  return ((user + system) * 1000) / VALUES;
}

function nanosecondsPlain(): number {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-cost-'));
  const database = new Database(join(directory, 'plain.sqlite'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL');
  database.exec('CREATE TABLE sample (point INTEGER, time INTEGER, value REAL, quality INTEGER)');
  const insert = database.prepare('INSERT INTO sample VALUES (?, ?, ?, ?)');
  const batch = database.transaction((from: number) => {
    for (let at = from; at < from + BATCH; at += 1) insert.run(at % 1000, Date.now(), at / 100, 0);
  });
  const before = process.cpuUsage();
  for (let done = 0; done < VALUES; done += BATCH) batch(done);
  const { user, system } = process.cpuUsage(before);
  database.close();
  rmSync(directory, { recursive: true, force: true });
  return ((user + system) * 1000) / VALUES;
}

const pointOf = (at: number): Point => ({
  id: pointId(`P-${at}`),
  source: SOURCE,
  kind: 'temperature',
  name: `P-${at}`,
  unit: '°C',
  range: { low: 0, high: 200 },
  staleAfterMs: 60_000,
  safetyRole: 'none',
});

const alarmOf = ({ id }: Point): AlarmDefinition => ({
  id: alarmId(`${id}/H`),
  point: id,
  source: SOURCE,
  condition: { kind: 'H', setpoint: 90, deadband: 1 },
  priority: 'low',
  onDelayMs: 0,
  offDelayMs: 0,
  latch: false,
  safetyRole: 'none',
});
