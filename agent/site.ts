import {
  concat,
  distinctUntilChanged,
  EMPTY,
  filter,
  firstValueFrom,
  interval,
  map,
  merge,
  NEVER,
  of,
  race,
  skipWhile,
  Subject,
  takeUntil,
  timer,
} from 'rxjs';
import { createEvidence } from '#agent/evidence/evidence.ts';
import type { Ingested } from '#agent/ingest/ingested.ts';
import { shareRegistry } from '#agent/ingest/share.ts';
import type { DiskState } from '#agent/journal/disk-guard.ts';
import { openJournal } from '#agent/journal/journal.ts';
import type { Journal } from '#agent/journal/journal.ts';
import type { Opening } from '#agent/journal/opening.ts';
import type { AlarmTransition, AlarmView } from '#agent/model/alarm.ts';
import type { CameraView } from '#agent/model/camera.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { AlarmId, PointId, ReceiverId, SourceId } from '#agent/model/ids.ts';
import type { Picture } from '#agent/model/picture.ts';
import type { Draft, RecordOf, RecordReader, Stream } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SourceStatus } from '#agent/model/source.ts';
import { deliveredUpTo } from '#agent/uplink/delivered.ts';
import type { UplinkReport } from '#agent/uplink/report.ts';
import type { SiteConfig } from '#config/site.ts';
import type { Driver } from '#drivers/driver.ts';
import { auditedActions } from './line/actions.ts';
import type { AlarmActions } from './line/actions.ts';
import { bufferSample, bufferWatch } from './line/buffer.ts';
import { createCameras, evidenceOf } from './line/cameras.ts';
import { removeOldFootage } from './line/old-footage.ts';
import { careOf } from './line/care.ts';
import { cannotApply, draftsOfChange } from './line/change.ts';
import type { Applied } from './line/change.ts';
import { changingSet } from './line/changing-set.ts';
import type { DerivedEntry } from './line/derivations.ts';
import { createLedger } from './line/ledger.ts';
import type { LedgerEntry } from './line/ledger.ts';
import { openReceiver, openSource, receiverMembers, sourceMembers } from './line/members.ts';
import { nameless, pseudonymsOf } from './line/nameless.ts';
import { quarantineGaps, QUARANTINE_SCOPE } from './line/quarantine.ts';
import { createPair } from './line/pair.ts';
import { siteRecords } from './line/records.ts';
import { createResend } from './line/resend.ts';
import type { SiteRecords } from './line/records.ts';
import { createTally } from './line/tally.ts';
import type { SiteReport } from './line/tally.ts';
import { createWatch, succeed } from './line/watch.ts';

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
  readonly resend: ReturnType<typeof createResend>;
  report(): SiteReport;
  /** What the site runs by now. */
  config(): SiteConfig;
  alarms(): AlarmView[];
  /** Those that are not normal, or lie under an overlay. */
  activeAlarms(): AlarmView[];
  alarm(id: AlarmId): AlarmView | undefined;
  /** The last sample of a point that is not backfilled, as the alarms saw it. */
  latest(point: PointId): Sample | undefined;
  /** What derivations show beyond their points, by their id. */
  views(): ReadonlyMap<string, unknown>;
  cameras(): readonly CameraView[];
  /** The last of a camera; undefined before the first, and where it had to make room. */
  picture(camera: SourceId): Picture | undefined;
  /**
   * Runs by another configuration from now on. What did not change goes on undisturbed; buffered data is never touched;
   * alarms keep their state. Refused where only a restart helps.
   */
  apply(next: SiteConfig, who: string): Applied;
  /**
   * Leaves the plant at once, gives the receivers up to `drainMs` to take what is in the journal, closes everything.
   * Resolves with the last report, in which nothing moves any more. Asked again, it gives the same answer.
   */
  stop(drainMs: number): Promise<SiteReport>;
}

const TICK_MS = 50;
const BUFFER_CHECK_MS = 10_000;
const ACCOUNT_CHECK_MS = 60_000;
/** Thousands of derivations may speak at once, and each commit waits for the disk. */
const ENTRIES_A_COMMIT = 200;

/** Builds a site from its configuration and runs it. The one place that knows every stage, and the one subscription. */
export function startSite({ config, drivers, clock, tell }: SiteOptions): RunningSite {
  /** Those that are delivered to: none while the other box of a pair delivers. */
  let receivers = config.standby ? [] : config.receivers;
  const journal = openJournalOf(config, clock, () => receivers);
  if (journal.opening.kind !== 'new') tell({ type: 'opening', opening: journal.opening });
  /** Committed, and not yet told to what derives from alarms. */
  const changedAlarms = new Set<AlarmId>();
  const raisedAlarms: AlarmTransition[] = [];
  const kept = evidenceOf(config, drivers);
  const evidence = kept && createEvidence(kept, clock);
  const cameras = createCameras(config, drivers);
  const tally = createTally(config, clock);
  const ledger = createLedger({
    journal,
    clock,
    siteFlags: () => watch.siteFlags,
    onCommitted: (records) => {
      for (const record of records) {
        if (record.stream !== 'alarm') continue;
        changedAlarms.add(record.body.alarm);
        if (evidence) raisedAlarms.push(record.body);
        tell({ type: 'alarm', record });
      }
    },
    onTrouble: (text, cause) => tell({ type: 'trouble', text, cause }),
    onLost: (entries) => tally.lost(entries),
  });
  let watch = createWatch(config, { journal, clock });
  for (const entry of watch.entries) ledger.enter(entry);
  const latest = new Map<PointId, Sample>();

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
      step = watch.engine.onSamples(samples);
    } finally {
      ledger.enter({ ...further, ...(step && { step }) });
      journal.appendSamples(samples);
      for (const sample of samples) if (!hasFlag(sample.flags, 'backfilled')) latest.set(sample.point, sample);
    }
  };

  const takeDerived = (entries: readonly DerivedEntry[]): void => {
    for (let start = 0; start < entries.length; start += ENTRIES_A_COMMIT) {
      const some = entries.slice(start, start + ENTRIES_A_COMMIT);
      const drafts = some.flatMap((entry) => entry.drafts);
      const state = some.flatMap((entry) => entry.state);
      const samples = some.flatMap((entry) => entry.samples);
      attempt(() => judge(samples, { drafts, state }));
    }
  };

  const enterEvents = (events: readonly SiteEvent[]): void => {
    if (events.length > 0) ledger.enter({ drafts: events.map((body): Draft => ({ stream: 'event', body })) });
  };

  /** What they raise in turn is told with the next step. */
  const takeAlarms = (): void => {
    for (const raised of raisedAlarms.splice(0))
      enterEvents(evidence?.onAlarm(raised, watch.engine.find(raised.alarm)?.definition.zone) ?? []);
    if (changedAlarms.size === 0) return;
    const views = [...changedAlarms].flatMap((id) => watch.engine.find(id) ?? []);
    changedAlarms.clear();
    takeDerived(watch.derived.onAlarms(views));
  };
  const tellStandingAlarms = (): void => takeDerived(watch.derived.onAlarms(watch.engine.active()));
  tellStandingAlarms();

  const take = (ingested: Ingested): void => {
    tally.ingested(ingested);
    switch (ingested.type) {
      case 'samples':
        attempt(() => judge(ingested.samples));
        takeDerived(watch.derived.onSamples(ingested.samples));
        break;
      case 'status': {
        const { status } = ingested;
        ledger.enter({ step: watch.engine.onStatus(status, watch.flagsOf(status.source)) });
        tell(ingested);
        break;
      }
      case 'facts':
        takeDerived(watch.derived.onFacts(ingested.facts));
        break;
      case 'event':
        ledger.enter({
          drafts: [{ stream: 'event', body: nameless(ingested.event, pseudonymsOf(watch.derivations)) }],
        });
        break;
      case 'gap':
        ledger.enter({ drafts: [{ stream: 'gap', body: ingested.gap }] });
        break;
      case 'picture':
        cameras.onPicture(ingested.source, ingested.picture);
        enterEvents(evidence?.onPicture(ingested.source, ingested.picture) ?? []);
        break;
      case 'footage':
        enterEvents(evidence?.onFootage(ingested.source, ingested.footage) ?? []);
        break;
      case 'device':
        cameras.onDevice(ingested.source, ingested.facts);
        break;
    }
  };

  const tick = (): void => {
    enterEvents(evidence?.onTick() ?? []);
    const due = watch.engine.nextDue();
    if (due !== undefined && due <= clock.monotonic()) ledger.enter({ step: watch.engine.onTick() });
    else if (ledger.isWaiting) ledger.settle();
  };

  const share = shareRegistry();
  const stored = (): Promise<unknown> =>
    firstValueFrom(
      concat(of(undefined), journal.committed$, NEVER).pipe(filter(() => journal.health().waitingSamples === 0)),
    );
  const sources = changingSet(sourceMembers(config), (item) => openSource(item, { drivers, clock, share, stored }));
  const pair = createPair(config, { journal, clock, receivers: () => receivers });
  const careParts = {
    alarms: () => watch.engine.active(),
    samples: () => latest.values(),
    report: () => report(),
    state: (scope: string) => journal.state(scope),
    enter: ledger.enter,
  };
  const receiverParts = {
    journal,
    clock,
    skipThrough: pair.skipThrough,
    careOf: (receiver: ReceiverId) => careOf(receiver, careParts),
  };
  const uplinks = changingSet(receiverMembers({ ...config, receivers }), (item) => openReceiver(item, receiverParts));

  const stopping$ = new Subject<void>();
  const plant$ = sources.out$.pipe(
    takeUntil(stopping$),
    map((ingested) => () => take(ingested)),
  );
  const tick$ = interval(TICK_MS).pipe(map(() => tick));
  const derivedTick$ = interval(TICK_MS).pipe(map(() => () => takeDerived(watch.derived.onTick())));
  const uplinkReport$ = new Subject<UplinkReport>();
  const gapsOf = quarantineGaps(journal.state(QUARANTINE_SCOPE).keys(), journal);
  const uplink$ = uplinks.out$.pipe(
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
      const [status, at] = [journal.figures(), { time: clock.now(), flags: watch.siteFlags }];
      const event = watchBuffer?.(status, at);
      const drafts: Draft[] = event ? [{ stream: 'event', body: event }] : [];
      takeDerived([{ samples: [bufferSample(status, at.time, at.flags)], drafts, state: [] }]);
    }),
  );

  const lease$ = pair.lease$.pipe(
    map((state) => () => {
      enterEvents([pair.follow(state, { time: clock.now(), flags: watch.siteFlags })]);
      receivers = pair.receiversOf(watch.config);
      tally.follow({ ...watch.config, receivers });
      uplinks.become(receiverMembers({ ...watch.config, receivers }));
    }),
  );
  const account$ = interval(ACCOUNT_CHECK_MS).pipe(
    map(() => () => {
      ledger.enter(journal.accountDue() ?? {});
      const now = journal.ageTime();
      if (now === undefined) return;
      enterEvents(evidence?.expire(now) ?? []);
      const { directory, peopleMaxAgeMs } = watch.config.journal;
      if (peopleMaxAgeMs !== undefined) enterEvents(removeOldFootage(directory, now - peopleMaxAgeMs, now));
    }),
  );

  const line = merge(plant$, tick$, derivedTick$, uplink$, disk$, buffer$, account$, lease$).subscribe((step) => {
    attempt(step);
    attempt(takeAlarms);
  });

  const isDrained = (): boolean =>
    tally.uplinks().length === receivers.length && tally.uplinks().every((report) => hasAll(report, journal));

  const report = (): SiteReport => tally.report(journal, watch.engine.active());

  const stop = async (drainMs: number): Promise<SiteReport> => {
    stopping$.next();
    ledger.settle();
    journal.flush();
    if (receivers.length > 0) {
      await firstValueFrom(race(uplinkReport$.pipe(filter(isDrained)), timer(drainMs)));
    }
    line.unsubscribe();
    const last = { ...report(), journal: journal.status() };
    journal.close();
    return last;
  };
  let stopped: Promise<SiteReport> | undefined;

  return {
    report,
    config: () => watch.config,
    alarms: () => watch.engine.list(),
    activeAlarms: () => watch.engine.active(),
    alarm: (id) => watch.engine.find(id),
    latest: (point) => latest.get(point),
    views: () => new Map(watch.derivations.flatMap((one) => (one.view ? [[one.id, one.view()] as const] : []))),
    cameras: () => cameras.views({ latest: (point) => latest.get(point), statuses: tally.statuses() }),
    picture: (camera) => cameras.picture(camera),
    apply(next, who) {
      const refusal = cannotApply(watch.config, next);
      if (refusal !== undefined) return { accepted: false, text: refusal };
      const successor = succeed(watch, next, { journal, clock }, tally.statuses());
      watch = successor.watch;
      receivers = pair.receiversOf(next);
      tally.follow(next);
      cameras.follow(next);
      const points = new Set(next.points.map(({ id }) => id));
      for (const point of latest.keys()) if (!points.has(point)) latest.delete(point);
      for (const entry of successor.entries) ledger.enter(entry);
      tellStandingAlarms();
      const change = {
        sources: sources.become(sourceMembers(next)),
        receivers: uplinks.become(receiverMembers({ ...next, receivers })),
      };
      ledger.enter({ drafts: draftsOfChange(change, { who, time: clock.now(), flags: watch.siteFlags }) });
      return { accepted: true, ...change };
    },
    ...siteRecords(journal, ledger.enter, { clock, siteFlags: () => watch.siteFlags }),
    resend: createResend({
      journal,
      clock,
      enter: ledger.enter,
      receivers: () => receivers,
      deliverTo: (those) => uplinks.become(receiverMembers({ ...watch.config, receivers: those })),
    }),
    ...auditedActions({ engine: () => watch.engine, clock, enter: ledger.enter }),
    stop: (drainMs) => (stopped ??= stop(drainMs)),
  };
}

function openJournalOf(
  { journal: options, site }: SiteConfig,
  clock: Clock,
  receivers: () => SiteConfig['receivers'],
): Journal {
  // Asked while the journal opens, too: then nothing counts as delivered yet.
  let opened: Journal | undefined;
  const delivered = (stream: Stream): number => {
    if (receivers().length === 0) return Infinity;
    return opened ? deliveredUpTo(opened, receivers(), stream) : 0;
  };
  opened = openJournal({ ...options, site: site.id, clock, deliveredUpTo: delivered });
  return opened;
}

/** True once the receiver has acknowledged everything that is in the journal now. */
const hasAll = ({ lanes, backfill }: UplinkReport, journal: RecordReader): boolean =>
  backfill.remainingRecords === 0 && lanes.every(({ stream, acknowledged }) => acknowledged >= journal.head(stream));
