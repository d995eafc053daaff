import { Subject, type Observable } from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteId } from '#agent/model/ids.ts';
import type { Draft, JournalRecord, RecordReader, Stream } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import { BlockPacker } from './block-packer.ts';
import { ClockWatch } from './clock-watch.ts';
import { DiskGuard, type DiskState } from './disk-guard.ts';
import { DurableWriter } from './durable-writer.ts';
import { readHistory, type HistoryPage, type HistoryQuery } from './history.ts';
import { openDirectory, type Opening } from './opening.ts';
import { RecentBatches } from './recent-batches.ts';
import { RecordClock } from './record-clock.ts';
import { damagedGap, StoreReader } from './record-reader.ts';
import { Retention } from './retention.ts';
import { RollupKeeper } from './rollup/rollup-keeper.ts';
import { readTrend, type TrendPoint, type TrendQuery } from './rollup/trend.ts';
import { RunKeeper } from './run-keeper.ts';
import { SampleWriter } from './sample-writer.ts';
import { Sequence } from './sequence.ts';
import { logPagesWithin, SpaceReserve } from './space-reserve.ts';
import type { StateChange } from './state-table.ts';
import { readStatus, type JournalStatus } from './status.ts';
import { Upkeep } from './upkeep.ts';
import { warmUp } from './warm-up.ts';

export interface JournalOptions {
  /** Absolute. Made where it does not exist. One agent works on it at a time. */
  readonly directory: string;
  readonly site: SiteId;
  readonly clock: Clock;
  /** Records older than this expire. */
  readonly maxAgeMs: number;
  /** The database file is kept below this. Bytes. */
  readonly maxBytes: number;
  /** Samples are committed at the latest this long after they were handed over. */
  readonly sampleCommitMs: number;
  /** Alarms, events, gaps and audit that a receiver does not have yet are kept this long; three times maxAgeMs if absent. */
  readonly maxUndeliveredAgeMs?: number;
  /**
   * Highest seq of the stream that every receiver has acknowledged; Infinity where there is no receiver. Asked at each
   * upkeep. Absent: nothing counts as delivered.
   */
  readonly deliveredUpTo?: (stream: Stream) => number;
  /** Space kept back for alarms on a full disk. Bytes; 16 MiB, or an eighth of maxBytes where that is less, if absent. */
  readonly reserveBytes?: number;
}

/** How the journal fares. */
export interface JournalHealth {
  readonly disk: DiskState;
  /** Alarms and other records that could not be written yet: kept in memory, readable, lost if the process dies. */
  readonly heldRecords: number;
  /** Samples not committed yet; many of them: the disk refuses. */
  readonly waitingSamples: number;
  /** Samples given up since the disk refuses; stated in a gap once it takes records again. */
  readonly shedSamples: number;
  /** How far the wall clock is behind the youngest record, milliseconds: it can't be right. 0 when it may be. */
  readonly clockBehindMs: number;
}

/**
 * The one durable place. Synchronous: what a call has returned from is stored as its contract says, and nothing else
 * runs in between. One file, two durabilities:
 *
 * - `commit` (alarm, event, gap, audit, state): on the disk before it returns, in one transaction.
 * - samples and cursors: in the file's log at the latest after `sampleCommitMs`. The death of the process loses what
 *   was not yet committed; a loss of power loses at worst what followed the last `commit`.
 */
export interface Journal extends RecordReader {
  /** Absolute. */
  readonly directory: string;
  /** What was found at start. Its gaps are already in stream `gap`. */
  readonly opening: Opening;
  /**
   * Numbers and stores records and state changes, all or nothing, fsynced. Returns the records in the order given;
   * emits on `committed$` before it returns. Where the disk refuses (full, read-only, failing) the records are numbered
   * and held in memory, served to readers, and written as soon as possible: `health()` says so. Throws only what is a
   * mistake of the caller, e.g. a body that JSON can't say.
   */
  commit(drafts: readonly Draft[], state?: readonly StateChange[]): readonly JournalRecord[];
  /** Takes samples in the order of arrival. They can be read after the commit that `committed$` tells. */
  appendSamples(samples: readonly Sample[]): void;
  /**
   * Commits waiting samples if their time has come, and does the upkeep that is due: retention, held records, gaps owed.
   * The journal's own timers call it; a test with its own clock may.
   */
  tick(): void;
  /** Commits waiting samples now. */
  flush(): void;
  /** Emits the stream after each commit that added records to it, synchronously. Never errors; completes at close. */
  readonly committed$: Observable<Stream>;
  /** State of one scope, as the last commit left it. */
  state(scope: string): Map<string, unknown>;
  status(): JournalStatus;
  health(): JournalHealth;
  /** Emits when the trouble with the disk changes. Completes at close. */
  readonly health$: Observable<JournalHealth>;
  /** Stored samples of some points within a time range; see {@link HistoryQuery}. */
  history(query: HistoryQuery): HistoryPage;
  /** Minutes or hours of one point; see {@link TrendQuery}. */
  trend(query: TrendQuery): TrendPoint[];
  /** Commits, marks a clean stop, and releases the directory. Calling it again does nothing. */
  close(): void;
}

/** Decoded samples kept for uplinks that keep up; about 2 MB. */
const RECENT_SAMPLES = 16_384;
const UPKEEP_MS = 5000;
const RESERVE_BYTES = 16 * 1024 * 1024;

/** Opens or makes the journal. Throws JournalInUse, or if the directory belongs to another site or can't be written. */
export function openJournal(options: JournalOptions): Journal {
  const { directory, site, clock } = options;
  const reserveBytes = options.reserveBytes ?? Math.min(RESERVE_BYTES, options.maxBytes / 8);
  const logPages = logPagesWithin(reserveBytes);
  const opened = openDirectory({ directory, site, clock, logPages });
  const { store, opening } = opened;
  const recordClock = new RecordClock(clock, opened.clockFloor);
  const run = new RunKeeper({ directory, site, recordClock, bootId: opened.bootId, tails: opened.tails });
  const sequence = new Sequence(opened.heads, opened.floors, (floors) => {
    run.save(floors);
  });
  run.save(sequence.floors);

  const health$ = new Subject<JournalHealth>();
  const committed = new Subject<Stream>();
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
  const rollups = new RollupKeeper(store.batched.rollups, store.batched.dictionary.numberOf);
  const durable = new DurableWriter({ store, sequence, recordClock, guard });
  const samples = new SampleWriter({ store, sequence, recordClock, recent, packer, rollups, guard, clock });
  const reader = new StoreReader({
    store,
    sequence,
    recent,
    held: durable.held,
    onDamaged: (range) => {
      upkeep.owe(damagedGap(range, recordClock.latest));
    },
  });
  const commit = (drafts: readonly Draft[], state: readonly StateChange[] = []): readonly JournalRecord[] => {
    const records = durable.commit(drafts, state);
    for (const stream of new Set(drafts.map((draft) => draft.stream))) committed.next(stream);
    return records;
  };
  const retention = new Retention(store, {
    maxAgeMs: options.maxAgeMs,
    maxUndeliveredAgeMs: options.maxUndeliveredAgeMs ?? 3 * options.maxAgeMs,
    maxBytes: options.maxBytes,
    deliveredUpTo: options.deliveredUpTo ?? ((): number => 0),
  });
  const reserve = new SpaceReserve(directory, reserveBytes);
  const upkeep = new Upkeep({
    store,
    guard,
    retention,
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
  const clockWatch = new ClockWatch(clock);
  let timer: NodeJS.Timeout | undefined;
  let upkeepAt = -Infinity;
  let isClosed = false;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (samples.flush() > 0) committed.next('sample');
  };
  const tick = (): void => {
    if (samples.pending > 0 && samples.waitedMs >= options.sampleCommitMs) flush();
    if (clock.monotonic() - upkeepAt < UPKEEP_MS) return;
    upkeepAt = clock.monotonic();
    const step = clockWatch.check();
    if (step) commit([{ stream: 'event', body: step }]);
    upkeep.run(clockWatch.isTrusted ? recordClock.next() : undefined, () => clock.monotonic());
  };
  const heartbeat = setInterval(tick, UPKEEP_MS).unref();

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
    committed$: committed.asObservable(),
    state: (scope) => store.batched.state.scope(scope),
    status: () => readStatus(store.batched, (stream) => reader.head(stream), options.maxBytes),
    health,
    health$: health$.asObservable(),
    history: (query) => readHistory(store.batched, query),
    trend: (query) => readTrend(store.batched, rollups, query),
    head: (stream) => reader.head(stream),
    tail: (stream) => reader.tail(stream),
    read: (stream, after, limit, before) => reader.read(stream, after, limit, before),
    cursors: (receiver) => reader.cursors(receiver),
    setCursors: (receiver, entries) => {
      reader.setCursors(receiver, entries);
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      clearInterval(heartbeat);
      flush();
      upkeep.settle();
      committed.complete();
      health$.complete();
      guard.attempt(() => {
        store.batched.database.pragma('wal_checkpoint(TRUNCATE)');
      });
      store.close();
      if (durable.held.isEmpty) run.stop(sequence.floors);
      opened.unlock();
    },
  };
}
