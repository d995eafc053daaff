import { join } from 'node:path';
import Database from 'better-sqlite3';
import { exportSqlite } from '#agent/journal/export.ts';
import { openForReading } from '#agent/journal/store.ts';
import type { SiteReport } from '#agent/line/tally.ts';
import type { StreamName } from '#simulators/receiver/wire.ts';
import { until } from '#test/faults/whole-line.ts';
import type { Done, Evidence, JournalAlarm } from './evidence.ts';
import { footprintOf } from './footprint.ts';
import type { Footprint } from './footprint.ts';
import { play } from './play.ts';
import { makePlan } from './plan.ts';
import type { Plan, Step } from './plan.ts';
import { raiseStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { unsteppedAlarm, unsteppedArrivals, unstepper } from './unstepped.ts';
import { watchedPoints } from './watched-points.ts';
import { watchWaits } from './waits.ts';
import type { Wait } from './waits.ts';

export interface Run {
  readonly plan: Plan;
  readonly evidence: Evidence;
  readonly footprints: readonly Footprint[];
  /** See {@link Played}. */
  readonly recoveryMs: readonly number[];
  /** Ends of the agent that nobody asked for, with its last words. */
  readonly agentEnds: readonly string[];
  readonly canFillDisk: boolean;
}

export interface ProveOptions {
  readonly ms: number;
  readonly seed: number;
  readonly onStep?: (step: Step) => void;
}

const LOOK_EVERY_MS = 1000;
/** Kinds that tell each reading. The slowest source asks every ten seconds; none may be silent for much longer. */
const polled = new Set(['opcua', 'modbus', 'field-mill', 'tank-gauge']);
const SOURCE_EVERY_MS = 25_000;
/** Ends a run in which it can't succeed. */
const DELIVERED_WITHIN_MS = 120_000;

/** Breaks the site by plan and gathers what the oracle needs. */
export async function prove({ ms, seed, onStep }: ProveOptions): Promise<Run> {
  const plan = makePlan(seed, ms);
  const stage = await raiseStage(seed);
  try {
    const began = Date.now();
    const footprints: Footprint[] = [];
    const watch = watchWaits();
    const looking = setInterval(() => {
      const pid = stage.agent.pid();
      watch.look([pid, stage.plant.pid(), process.pid].filter((one) => one !== undefined));
      const found = pid === undefined ? undefined : footprintOf(pid);
      if (found) footprints.push(found);
    }, LOOK_EVERY_MS);
    const { done, recoveryMs } = await play(stage, plan, onStep ?? (() => {}));
    clearInterval(looking);
    await until('all is well at the end', () => (stage.isWell() ? true : undefined)).catch(() => undefined);
    const ended = Date.now();
    await stage.agent.stop();
    const heads = headsOf(stage.agent.report());
    await until(
      'the last record at the receivers',
      () => (stage.receivers.isMissing(heads) ? undefined : true),
      DELIVERED_WITHIN_MS,
    ).catch(() => undefined);
    const evidence = gather(stage, { began, ended, done, waits: watch.waits, heads });
    return {
      plan,
      evidence,
      footprints,
      recoveryMs,
      agentEnds: stage.agent.endedByItself(),
      canFillDisk: stage.disk.canBeFilled,
    };
  } finally {
    await stage.close();
  }
}

const headsOf = (report: SiteReport | undefined): Partial<Record<StreamName, number>> =>
  Object.fromEntries(Object.entries(report?.journal.streams ?? {}).map(([stream, { head }]) => [stream, head]));

interface Gathered {
  readonly began: number;
  readonly ended: number;
  readonly done: readonly Done[];
  readonly waits: readonly Wait[];
  readonly heads: Partial<Record<StreamName, number>>;
}

function gather(stage: Stage, { began, ended, done, waits, heads }: Gathered): Evidence {
  const { config, truth, receivers } = stage;
  const unstep = unstepper(done);
  return {
    began,
    ended,
    points: watchedPoints(config, truth.ticks[0]),
    sources: config.sources.map(({ id, kind }) => ({ id, everyMs: polled.has(kind) ? SOURCE_EVERY_MS : Infinity })),
    pointSource: new Map(config.points.map(({ id, source }) => [id, source])),
    alarms: config.alarms,
    ticks: truth.ticks,
    done,
    waits,
    arrivals: receivers.arrivals().map((arrivals) => unsteppedArrivals(arrivals, unstep)),
    heads,
    journalAlarms: readJournalAlarms(stage).map((alarm) => unsteppedAlarm(alarm, unstep)),
  };
}

function readJournalAlarms({ directory, config }: Stage): JournalAlarm[] {
  const target = join(directory, 'export.sqlite');
  const tables = openForReading(config.journal.directory);
  exportSqlite(tables, { from: -Infinity, to: Infinity }, target);
  tables.close();
  const database = new Database(target, { readonly: true });
  const rows = database.prepare(`SELECT seq, body FROM record WHERE stream = 'alarm' ORDER BY seq`).all() as {
    readonly seq: number;
    readonly body: string;
  }[];
  database.close();
  return rows.map(({ seq, body }) => {
    const { alarm, event, time } = JSON.parse(body) as Omit<JournalAlarm, 'seq'>;
    return { seq, alarm, event, time };
  });
}
