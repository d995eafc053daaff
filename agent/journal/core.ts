import type { Subject } from 'rxjs';
import type { Draft, JournalRecord, Stream } from '#agent/model/record.ts';
import { accountDue } from './account.ts';
import { BlockPacker } from './block-packer.ts';
import { clockStepped, ClockWatch } from './clock-watch.ts';
import { DiskGuard } from './disk-guard.ts';
import { DurableWriter } from './durable-writer.ts';
import { readHistory } from './history.ts';
import type { Journal, JournalHealth, JournalOptions } from './journal.ts';
import { openDirectory } from './opening.ts';
import { RecentBatches } from './recent-batches.ts';
import { RecordClock } from './record-clock.ts';
import { damagedGap, StoreReader } from './record-reader.ts';
import type { Rescued } from './rescued.ts';
import { RESTAMP_SCOPE } from './restamp.ts';
import { PeopleRetention } from './people-retention.ts';
import { Retention } from './retention.ts';
import { RollupKeeper } from './rollup/rollup-keeper.ts';
import { readTrend } from './rollup/trend.ts';
import { RunKeeper } from './run-keeper.ts';
import { SampleWriter } from './sample-writer.ts';
import { Sequence } from './sequence.ts';
import { logPagesWithin, SpaceReserve } from './space-reserve.ts';
import type { StateChange } from './state-table.ts';
import { readFigures, readStatus } from './status.ts';
import { Upkeep } from './upkeep.ts';
import { warmUp } from './warm-up.ts';

/** What outlives a core: the streams that others listen to. */
export interface Told {
  readonly committed$: Subject<Stream>;
  readonly health$: Subject<JournalHealth>;
}

/** A journal on one database file, with what is needed to replace it while running. */
export interface Core extends Omit<Journal, 'committed$' | 'health$'> {
  /** True if what should be written can't be, because the file is damaged. */
  readonly isBroken: boolean;
  /** Lets go of the file without marking a clean stop, and hands out what it still owes. */
  abandon(): Rescued;
}

/** Decoded samples kept for uplinks that keep up; about 2 MB. */
const RECENT_SAMPLES = 16_384;
const UPKEEP_MS = 5000;
const RESERVE_BYTES = 16 * 1024 * 1024;

/** Wires the parts over one database file. `rescued`: what the core before could not write, because its file was damaged. */
export function openCore(options: JournalOptions, { committed$, health$ }: Told, rescued?: Rescued): Core {
  const { directory, site, clock } = options;
  const reserveBytes = options.reserveBytes ?? Math.min(RESERVE_BYTES, options.maxBytes / 8);
  const logPages = logPagesWithin(reserveBytes);
  const reserve = new SpaceReserve(directory, reserveBytes);
  const opened = reserve.orGiveUp(() => openDirectory({ directory, site, clock, logPages, rescued }));
  const { store, opening } = opened;
  const recordClock = new RecordClock(clock, opened.clockFloor);
  const run = new RunKeeper({ directory, site, recordClock, bootId: opened.bootId, tails: opened.tails });
  const sequence = new Sequence(opened.heads, opened.floors, (floors) => {
    run.save(floors);
  });
  run.save(sequence.floors);

  const clockWatch = new ClockWatch(clock);
  const guard: DiskGuard = new DiskGuard(
    () => recordClock.next(),
    () => {
      upkeep.makeRoom();
    },
    () => {
      health$.next(health());
    },
  );
  const recent = new RecentBatches(RECENT_SAMPLES);
  const packer = new BlockPacker();
  const rollups = new RollupKeeper(store.batched.rollups, store.batched.dictionary.numbersOf);
  const durable = new DurableWriter({ store, sequence, recordClock, guard });
  const samples = new SampleWriter({ store, sequence, recordClock, recent, packer, rollups, guard, clock, clockWatch });
  const reader = new StoreReader({
    store,
    sequence,
    recent,
    held: durable.held,
    guard,
    onDamaged: (range) => {
      upkeep.owe(damagedGap(range, recordClock.latest));
    },
  });
  const commit = (drafts: readonly Draft[], state: readonly StateChange[] = []): readonly JournalRecord[] => {
    const records = durable.commit(drafts, state);
    for (const stream of new Set(drafts.map((draft) => draft.stream))) committed$.next(stream);
    return records;
  };
  const deliveredUpTo = options.deliveredUpTo ?? ((): number => 0);
  const { peopleMaxAgeMs } = options;
  const retention = new Retention(store, {
    maxAgeMs: options.maxAgeMs,
    maxUndeliveredAgeMs: options.maxUndeliveredAgeMs ?? 3 * options.maxAgeMs,
    maxBytes: options.maxBytes,
    deliveredUpTo,
    ...(peopleMaxAgeMs !== undefined && { peopleMaxAgeMs }),
  });
  const people =
    peopleMaxAgeMs === undefined ? undefined : new PeopleRetention(store, { maxAgeMs: peopleMaxAgeMs, deliveredUpTo });
  const upkeep = new Upkeep({
    store,
    guard,
    retention,
    people,
    reserve,
    durable,
    samples,
    logPages,
    commit,
    onExpired: (expired) => {
      run.expired(expired);
    },
  });
  warmUp({ store, reader, recent, packer, rollups });

  const health = (): JournalHealth => ({
    disk: guard.state,
    heldRecords: durable.held.count,
    waitingSamples: samples.pending,
    shedSamples: samples.shedSamples,
    clockBehindMs: recordClock.behindMs,
  });
  let timer: NodeJS.Timeout | undefined;
  let upkeepAt = -Infinity;
  let stampedFrom = sequence.heads.sample + 1;
  const writeSamples = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (samples.flush() > 0) committed$.next('sample');
  };
  /** What waits was stamped by the clock as it was: it is numbered before the step is told. */
  const followClock = (): void => {
    const step = clockWatch.check();
    if (!step) return;
    writeSamples();
    const range = { first: stampedFrom, last: sequence.heads.sample };
    stampedFrom = range.last + 1;
    const isWrong = step.wasUnsynchronised && range.first <= range.last;
    const restamp = { ...range, before: step.before, after: step.after };
    commit(
      [{ stream: 'event', body: clockStepped(step, isWrong ? range : undefined) }],
      isWrong ? [{ scope: RESTAMP_SCOPE, key: String(range.first), value: restamp }] : [],
    );
  };
  const flush = (): void => {
    followClock();
    writeSamples();
  };
  const tick = (): void => {
    if (samples.pending > 0 && samples.waitedMs >= options.sampleCommitMs) flush();
    if (clock.monotonic() - upkeepAt < UPKEEP_MS) return;
    upkeepAt = clock.monotonic();
    followClock();
    upkeep.run(clockWatch.isTrusted ? recordClock.next() : undefined, () => clock.monotonic());
  };
  const heartbeat = setInterval(tick, UPKEEP_MS).unref();

  if (rescued && samples.append(rescued.samples)) flush();
  const behind = clockWatch.atStart(opened.clockFloor);
  commit([
    ...opening.gaps.map((body): Draft => ({ stream: 'gap', body })),
    ...(behind ? [{ stream: 'event', body: behind } satisfies Draft] : []),
  ]);

  return {
    directory,
    opening,
    commit,
    appendSamples: (batch) => {
      // While the disk refuses, each attempt costs as much as it did the first time: the timer paces them.
      if (samples.append(batch) && guard.state.trouble === 'none') flush();
      else timer ??= setTimeout(flush, options.sampleCommitMs).unref();
    },
    tick,
    flush,
    state: (scope) => store.batched.state.scope(scope),
    figures: () => readFigures(store.batched, (stream) => reader.head(stream), options.maxBytes),
    status: () => readStatus(store.batched, (stream) => reader.head(stream), options.maxBytes),
    health,
    accountDue: () => {
      if (clockWatch.isBehind || !clockWatch.isTrusted || guard.state.trouble !== 'none') return undefined;
      return accountDue(store.batched, (stream) => sequence.heads[stream], recordClock.next());
    },
    ageTime: () => (clockWatch.isBehind || !clockWatch.isTrusted ? undefined : recordClock.next()),
    history: (query) => readHistory(store.batched, query),
    trend: (query) => readTrend(store.batched, rollups, query),
    head: (stream) => reader.head(stream),
    tail: (stream) => reader.tail(stream),
    read: (stream, after, limit, before) => reader.read(stream, after, limit, before),
    cursors: (receiver) => reader.cursors(receiver),
    setCursors: (receiver, entries) => {
      reader.setCursors(receiver, entries);
    },
    get isBroken() {
      return guard.state.trouble === 'damaged' && (!durable.held.isEmpty || samples.hasFailed);
    },
    abandon: () => {
      clearTimeout(timer);
      clearInterval(heartbeat);
      store.close();
      opened.unlock();
      return { records: durable.held.records, state: durable.held.state, samples: samples.takePending() };
    },
    close: () => {
      clearInterval(heartbeat);
      flush();
      upkeep.settle();
      guard.attempt(() => {
        store.batched.database.pragma('wal_checkpoint(TRUNCATE)');
      });
      store.close();
      if (durable.held.isEmpty) run.stop(sequence.floors);
      opened.unlock();
    },
  };
}
