import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  concat,
  distinctUntilChanged,
  EMPTY,
  filter,
  firstValueFrom,
  interval,
  map,
  merge,
  of,
  race,
  skipWhile,
  Subject,
  takeUntil,
  timer,
} from 'rxjs';
import type { Observable } from 'rxjs';
import { createAlarmEngine } from '#agent/alarms/engine.ts';
import { defaultShelfLimits } from '#agent/alarms/overlay.ts';
import { readMemory } from '#agent/alarms/read-memory.ts';
import type { Ingested } from '#agent/ingest/ingested.ts';
import { shareRegistry } from '#agent/ingest/share.ts';
import { superviseSource } from '#agent/ingest/supervise.ts';
import type { DiskState } from '#agent/journal/disk-guard.ts';
import { openJournal } from '#agent/journal/journal.ts';
import type { Journal } from '#agent/journal/journal.ts';
import type { Opening } from '#agent/journal/opening.ts';
import type { AlarmTransition, AlarmView } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { Flag, hasFlag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Draft, RecordOf, RecordReader, Stream } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SourceStatus } from '#agent/model/source.ts';
import { deliveredUpTo } from '#agent/uplink/delivered.ts';
import type { UplinkReport } from '#agent/uplink/report.ts';
import { openUplink } from '#agent/uplink/uplink.ts';
import type { SiteConfig, SourceConfig } from '#config/site.ts';
import type { Driver } from '#drivers/driver.ts';
import { auditedActions } from './line/actions.ts';
import type { AlarmActions } from './line/actions.ts';
import { bufferWatch } from './line/buffer.ts';
import { definitionsSinceLastRun, DEFINITION_SCOPE } from './line/definitions.ts';
import { DERIVATION_SCOPE, derivedLine } from './line/derivations.ts';
import type { DerivedEntry } from './line/derivations.ts';
import { ALARM_SCOPE, createLedger } from './line/ledger.ts';
import type { LedgerEntry } from './line/ledger.ts';
import { quarantineGaps, QUARANTINE_SCOPE } from './line/quarantine.ts';
import { siteRecords } from './line/records.ts';
import type { SiteRecords } from './line/records.ts';
import { restoreDerivations } from './line/restore.ts';
import { createTally } from './line/tally.ts';
import type { SiteReport } from './line/tally.ts';

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
  /** How the run before ended, unless this is the first: what is missing from then on, and why. */
  | { readonly type: 'opening'; readonly opening: Opening }
  /** The journal's disk has begun or ceased to refuse. Records wait in memory meanwhile, and do not outlive the process. */
  | { readonly type: 'disk'; readonly disk: DiskState }
  | { readonly type: 'trouble'; readonly text: string; readonly cause: unknown };

export interface RunningSite extends AlarmActions, SiteRecords {
  report(): SiteReport;
  alarms(): AlarmView[];
  /** The last sample of a point that is not backfilled, as the alarms saw it. */
  latest(point: PointId): Sample | undefined;
  /** What derivations show beyond their points, by their id. */
  views(): ReadonlyMap<string, unknown>;
  /**
   * Leaves the plant at once, gives the receivers up to `drainMs` to take what is in the journal, closes everything.
   * Resolves with the last report, in which nothing moves any more.
   */
  stop(drainMs: number): Promise<SiteReport>;
}

const TICK_MS = 50;
const BUFFER_CHECK_MS = 10_000;

/** Builds a site from its configuration and runs it. The one place that knows every stage, and the one subscription. */
export function startSite({ config, drivers, clock, tell }: SiteOptions): RunningSite {
  const journal = openJournalOf(config, clock);
  if (journal.opening.kind !== 'new') tell({ type: 'opening', opening: journal.opening });
  const remembered = readMemory(journal.state(ALARM_SCOPE));
  const engine = createAlarmEngine({
    definitions: config.alarms,
    memory: remembered.memory,
    suppression: config.suppression,
    shelfLimits: { ...defaultShelfLimits, ...config.shelving },
    clock,
  });
  const tally = createTally(config, clock);
  const ledger = createLedger({
    journal,
    clock,
    onCommitted: (records) => {
      for (const record of records) if (record.stream === 'alarm') tell({ type: 'alarm', record });
    },
    onTrouble: (text, cause) => tell({ type: 'trouble', text, cause }),
    onLost: (entries) => tally.lost(entries),
  });

  ledger.enter(definitionsSinceLastRun(journal.state(DEFINITION_SCOPE), config.alarms, clock.now()));
  const restored = restoreDerivations(config, journal.state(DERIVATION_SCOPE), clock);
  const derived = derivedLine(restored.derivations, clock);
  ledger.enter({ drafts: restored.drafts, state: restored.state });
  ledger.enter({
    drafts: remembered.unreadable.map((text) =>
      eventDraft({ time: clock.now(), kind: 'alarm.memory-unreadable', text }),
    ),
  });

  const latest = new Map<PointId, Sample>();
  const simFlag = new Map(config.sources.map((source) => [source.id, source.simulated ? Flag.sim : 0]));

  /** A fault in one batch must not end the watch over all others. */
  const attempt = (step: () => void): void => {
    try {
      step();
    } catch (cause) {
      tell({ type: 'trouble', text: 'one batch could not be processed', cause });
    }
  };

  /** @param further stands in the same transaction as what the alarms make of the samples */
  const judge = (samples: readonly Sample[], further: Omit<LedgerEntry, 'step'> = {}): void => {
    let step;
    // A fault while alarms are judged must not cost the rest too.
    try {
      step = engine.onSamples(samples);
    } finally {
      ledger.enter({ ...further, ...(step && { step }) });
      journal.appendSamples(samples);
      for (const sample of samples) if (!hasFlag(sample.flags, 'backfilled')) latest.set(sample.point, sample);
    }
  };

  const takeDerived = (entries: readonly DerivedEntry[]): void => {
    for (const { samples, drafts, state } of entries) attempt(() => judge(samples, { drafts, state }));
  };

  const take = (ingested: Ingested): void => {
    tally.ingested(ingested);
    switch (ingested.type) {
      case 'samples':
        attempt(() => judge(ingested.samples));
        takeDerived(derived.onSamples(ingested.samples));
        break;
      case 'status':
        ledger.enter({ step: engine.onStatus(ingested.status, simFlag.get(ingested.status.source) ?? 0) });
        tell(ingested);
        break;
      case 'facts':
        takeDerived(derived.onFacts(ingested.facts));
        break;
      case 'event':
        ledger.enter({ drafts: [{ stream: 'event', body: ingested.event }] });
        break;
      case 'gap':
        ledger.enter({ drafts: [{ stream: 'gap', body: ingested.gap }] });
        break;
      case 'device':
        break;
    }
  };

  const tick = (): void => {
    const due = engine.nextDue();
    if (due !== undefined && due <= clock.monotonic()) ledger.enter({ step: engine.onTick() });
    else if (ledger.isWaiting) ledger.settle();
  };

  const stopping$ = new Subject<void>();
  const plant$ = merge(...sources(config, drivers, clock)).pipe(
    takeUntil(stopping$),
    map((ingested) => () => take(ingested)),
  );
  const tick$ = interval(TICK_MS).pipe(map(() => tick));
  const derivedTick$ = interval(TICK_MS).pipe(map(() => () => takeDerived(derived.onTick())));
  const uplinkReport$ = new Subject<UplinkReport>();
  const gapsOf = quarantineGaps(journal.state(QUARANTINE_SCOPE).keys(), journal);
  const uplink$ = merge(
    ...config.receivers.map((receiver) =>
      openUplink({
        site: { id: config.site.id, simulated: config.sources.some((source) => source.simulated) },
        receiver,
        points: config.points,
        reader: journal,
        committed$: journal.committed$,
        clock,
      }),
    ),
  ).pipe(
    map((report) => () => {
      tally.uplink(report);
      ledger.enter(gapsOf(report));
      tell({ type: 'uplink', report });
      uplinkReport$.next(report);
    }),
  );

  // It may refuse from the start.
  const disk$ = concat(of(journal.health()), journal.health$).pipe(
    map(({ disk }) => disk),
    distinctUntilChanged((before, { trouble }) => before.trouble === trouble),
    skipWhile(({ trouble }) => trouble === 'none'),
    map((disk) => () => tell({ type: 'disk', disk })),
  );
  const { contractedHours } = config.journal;
  const watchBuffer = contractedHours === undefined ? undefined : bufferWatch(contractedHours);
  const buffer$ = (watchBuffer ? interval(BUFFER_CHECK_MS) : EMPTY).pipe(
    map(() => () => {
      const event = watchBuffer?.(journal.status(), clock.now());
      if (event) ledger.enter({ drafts: [{ stream: 'event', body: event }] });
    }),
  );

  const line = merge(plant$, tick$, derivedTick$, uplink$, disk$, buffer$).subscribe(attempt);

  const isDrained = (): boolean =>
    tally.uplinks().length === config.receivers.length && tally.uplinks().every((report) => hasAll(report, journal));

  const report = (): SiteReport => tally.report(journal, engine.active());

  return {
    report,
    alarms: () => engine.list(),
    latest: (point) => latest.get(point),
    views: () => new Map(restored.derivations.flatMap((one) => (one.view ? [[one.id, one.view()] as const] : []))),
    ...siteRecords(journal, ledger.enter),
    ...auditedActions({ engine, clock, enter: ledger.enter }),
    stop: async (drainMs) => {
      stopping$.next();
      ledger.settle();
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

function openJournalOf({ journal: options, site, receivers }: SiteConfig, clock: Clock): Journal {
  // Asked while the journal opens, too: then nothing counts as delivered yet.
  let opened: Journal | undefined;
  const delivered = (stream: Stream): number => {
    if (receivers.length === 0) return Infinity;
    return opened ? deliveredUpTo(opened, receivers, stream) : 0;
  };
  opened = openJournal({ ...options, site: site.id, clock, deliveredUpTo: delivered });
  return opened;
}

const eventDraft = (event: Pick<SiteEvent, 'time' | 'kind' | 'text'>): Draft => ({
  stream: 'event',
  body: { ...event, flags: 0 },
});

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
