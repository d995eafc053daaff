import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { filter, firstValueFrom, interval, map, merge, race, Subject, takeUntil, timer } from 'rxjs';
import type { Observable } from 'rxjs';
import { createAlarmEngine } from '#agent/alarms/engine.ts';
import type { AlarmMemory } from '#agent/alarms/memory.ts';
import type { AlarmStep, Answer } from '#agent/alarms/step.ts';
import type { Ingested } from '#agent/ingest/ingested.ts';
import { shareRegistry } from '#agent/ingest/share.ts';
import { superviseSource } from '#agent/ingest/supervise.ts';
import { openJournal } from '#agent/journal/journal.ts';
import type { AlarmTransition, AlarmView } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import { Flag } from '#agent/model/flags.ts';
import type { AlarmId } from '#agent/model/ids.ts';
import type { Draft, RecordOf, RecordReader } from '#agent/model/record.ts';
import type { SourceStatus } from '#agent/model/source.ts';
import type { UplinkReport } from '#agent/uplink/report.ts';
import { openUplink } from '#agent/uplink/uplink.ts';
import type { SiteConfig, SourceConfig } from '#config/site.ts';
import type { Driver } from '#drivers/driver.ts';
import { createTally } from './site-tally.ts';
import type { SiteReport } from './site-tally.ts';

export interface SiteOptions {
  readonly config: SiteConfig;
  readonly drivers: readonly Driver[];
  readonly clock: Clock;
  /** Hears what happens, in order. Called synchronously; must not throw. */
  readonly tell: (told: Told) => void;
}

export type Told =
  /** On disk before it is told. */
  | { readonly type: 'alarm'; readonly record: RecordOf<'alarm', AlarmTransition> }
  | { readonly type: 'status'; readonly status: SourceStatus }
  | { readonly type: 'uplink'; readonly report: UplinkReport }
  | { readonly type: 'trouble'; readonly text: string; readonly cause: unknown };

export interface RunningSite {
  report(): SiteReport;
  alarms(): AlarmView[];
  acknowledge(alarm: AlarmId, by: string, why?: string): Answer;
  /**
   * Leaves the plant at once, gives the receivers up to `drainMs` to take what is in the journal, closes everything.
   * Resolves with the last report, in which nothing moves any more.
   */
  stop(drainMs: number): Promise<SiteReport>;
}

const TICK_MS = 50;
/** Steps that could not be committed wait here and are tried again; beyond this the oldest knowledge is the least useful. */
const MAX_PENDING = 10_000;
const ALARM_SCOPE = 'alarm';

/** Builds a site from its configuration and runs it. The one place that knows every stage, and the one subscription. */
export function startSite({ config, drivers, clock, tell }: SiteOptions): RunningSite {
  const journal = openJournal({ ...config.journal, site: config.site.id, clock });
  const remembered = [...journal.state(ALARM_SCOPE).values()] as AlarmMemory[];
  const engine = createAlarmEngine({ definitions: config.alarms, memory: remembered, clock });
  const tally = createTally(config, clock);
  const pending: { readonly drafts: readonly Draft[]; readonly memory: readonly AlarmMemory[] }[] = [];

  /** Puts a step and its company on disk, and only then tells. A failed commit keeps its place in the queue. */
  const commit = ({ transitions, memory }: AlarmStep, company: readonly Draft[] = []): void => {
    const drafts = [...transitions.map((body): Draft => ({ stream: 'alarm', body })), ...company];
    if (drafts.length > 0 || memory.length > 0) pending.push({ drafts, memory });
    settle();
  };

  const settle = (): void => {
    for (let next = pending[0]; next; next = pending[0]) {
      const state = next.memory.map((value) => ({ scope: ALARM_SCOPE, key: value.alarm, value }));
      let records;
      try {
        records = journal.commit(next.drafts, state);
      } catch (cause) {
        tell({ type: 'trouble', text: `the journal took no record, ${pending.length} steps wait`, cause });
        if (pending.length > MAX_PENDING) tally.lost(pending.splice(0, pending.length - MAX_PENDING).length);
        return;
      }
      pending.shift();
      for (const record of records) if (record.stream === 'alarm') tell({ type: 'alarm', record });
    }
  };

  const simFlag = new Map(config.sources.map((source) => [source.id, source.simulated ? Flag.sim : 0]));

  const take = (ingested: Ingested): void => {
    tally.ingested(ingested);
    switch (ingested.type) {
      case 'samples':
        commit(engine.onSamples(ingested.samples));
        journal.appendSamples(ingested.samples);
        break;
      case 'status':
        commit(engine.onStatus(ingested.status, simFlag.get(ingested.status.source) ?? 0));
        tell(ingested);
        break;
      case 'event':
        commit({ transitions: [], memory: [] }, [{ stream: 'event', body: ingested.event }]);
        break;
      case 'gap':
        commit({ transitions: [], memory: [] }, [{ stream: 'gap', body: ingested.gap }]);
        break;
      case 'device':
        break;
    }
  };

  const tick = (): void => {
    const due = engine.nextDue();
    if (due !== undefined && due <= clock.monotonic()) commit(engine.onTick());
    else if (pending.length > 0) settle();
  };

  const stopping$ = new Subject<void>();
  const plant$ = merge(...sources(config, drivers, clock)).pipe(
    takeUntil(stopping$),
    map((ingested) => () => take(ingested)),
  );
  const tick$ = interval(TICK_MS).pipe(map(() => tick));
  const uplinkReport$ = new Subject<UplinkReport>();
  const uplink$ = merge(
    ...config.receivers.map((receiver) =>
      openUplink({
        site: { id: config.site.id, simulated: config.sources.some((source) => source.simulated) },
        receiver,
        reader: journal,
        committed$: journal.committed$,
        clock,
      }),
    ),
  ).pipe(
    map((report) => () => {
      tally.uplink(report);
      tell({ type: 'uplink', report });
      uplinkReport$.next(report);
    }),
  );

  const line = merge(plant$, tick$, uplink$).subscribe((step) => {
    // A fault in one batch must not end the watch over all others.
    try {
      step();
    } catch (cause) {
      tell({ type: 'trouble', text: 'one batch could not be processed', cause });
    }
  });

  const isDrained = (): boolean =>
    tally.uplinks().length === config.receivers.length && tally.uplinks().every((report) => hasAll(report, journal));

  const report = (): SiteReport => tally.report(journal.status(), engine.active());

  return {
    report,
    alarms: () => engine.list(),
    acknowledge: (alarm, by, why) => {
      const answer = engine.acknowledge(alarm, by, why);
      commit(answer.step);
      return answer;
    },
    stop: async (drainMs) => {
      stopping$.next();
      settle();
      journal.flush();
      if (config.receivers.length > 0) {
        await firstValueFrom(race(uplinkReport$.pipe(filter(isDrained)), timer(drainMs)));
      }
      line.unsubscribe();
      const last = report();
      journal.close();
      return last;
    },
  };
}

function sources(config: SiteConfig, drivers: readonly Driver[], clock: Clock): Observable<Ingested>[] {
  const share = shareRegistry();
  return config.sources.map((source) => {
    const driver = driverOf(source, drivers);
    const stateDir = join(config.journal.directory, 'sources', source.id);
    mkdirSync(stateDir, { recursive: true });
    const { options, addresses } = source;
    const points = config.points.filter((point) => point.source === source.id);
    return superviseSource({
      source,
      driver,
      options,
      points,
      addresses,
      alarms: config.alarms,
      clock,
      stateDir,
      share,
    });
  });
}

/** True once the receiver has acknowledged everything that is in the journal now. */
const hasAll = ({ lanes, backfill }: UplinkReport, journal: RecordReader): boolean =>
  backfill.remainingRecords === 0 && lanes.every(({ stream, acknowledged }) => acknowledged >= journal.head(stream));

function driverOf(source: SourceConfig, drivers: readonly Driver[]): Driver {
  const driver = drivers.find(({ kind }) => kind === source.kind);
  if (!driver)
    throw new Error(`source ${source.id}: no driver of kind ${source.kind}; configuration checks that before`);
  return driver;
}
