import { Subject, type Observable } from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteId } from '#agent/model/ids.ts';
import type { Draft, JournalRecord, RecordReader, Stream } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { Account } from './account.ts';
import { openCore, type Core } from './core.ts';
import type { DiskState } from './disk-guard.ts';
import type { HistoryPage, HistoryQuery } from './history.ts';
import type { Opening } from './opening.ts';
import type { Rescued } from './rescued.ts';
import type { TrendPoint, TrendQuery } from './rollup/trend.ts';
import type { StateChange } from './state-table.ts';
import type { JournalFigures, JournalStatus } from './status.ts';

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
  /**
   * Records that tell of persons are made nameless at this age, delivered or not, and until then they stay. Absent: they
   * are kept like the rest.
   */
  readonly peopleMaxAgeMs?: number;
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
  /** Reads every block of the journal: not for each second. */
  status(): JournalStatus;
  figures(): JournalFigures;
  health(): JournalHealth;
  /**
   * What was numbered and lost since the account before, once a UTC day: to be committed, its state with its draft.
   * Undefined: none is due, or the clock or the disk is in trouble.
   */
  accountDue(): Account | undefined;
  /** UTC ms by which ages are judged; undefined while the clock is not to be believed. */
  ageTime(): number | undefined;
  /** Emits when the trouble with the disk changes. Completes at close. */
  readonly health$: Observable<JournalHealth>;
  /** Stored samples of some points within a time range; see {@link HistoryQuery}. */
  history(query: HistoryQuery): HistoryPage;
  /** Minutes or hours of one point; see {@link TrendQuery}. */
  trend(query: TrendQuery): TrendPoint[];
  /** Commits, marks a clean stop, and releases the directory. Calling it again does nothing. */
  close(): void;
}

/** Opens or makes the journal. Throws JournalInUse, or if the directory belongs to another site or can't be written. */
export function openJournal(options: JournalOptions): Journal {
  const told = { committed$: new Subject<Stream>(), health$: new Subject<JournalHealth>() };
  let core = openCore(options, told);
  let rescued: Rescued | undefined;
  let isClosed = false;

  /** A file that got damaged while running is replaced at once: alarms must not live in memory alone. */
  const mended = (): Core => {
    if (!isClosed && rescued === undefined && core.isBroken) rescued = core.abandon();
    if (rescued !== undefined) {
      // Where this throws, what was rescued waits for the next call.
      core = openCore(options, told, rescued);
      rescued = undefined;
    }
    return core;
  };
  const { opening, directory } = core;
  return {
    directory,
    opening,
    committed$: told.committed$.asObservable(),
    health$: told.health$.asObservable(),
    commit: (drafts, state) => {
      const records = mended().commit(drafts, state);
      mended();
      return records;
    },
    appendSamples: (samples) => {
      mended().appendSamples(samples);
    },
    tick: () => {
      mended().tick();
      mended();
    },
    flush: () => {
      mended().flush();
      mended();
    },
    state: (scope) => mended().state(scope),
    figures: () => mended().figures(),
    status: () => mended().status(),
    health: () => core.health(),
    accountDue: () => mended().accountDue(),
    ageTime: () => core.ageTime(),
    history: (query) => mended().history(query),
    trend: (query) => mended().trend(query),
    head: (stream) => mended().head(stream),
    tail: (stream) => mended().tail(stream),
    read: (stream, after, limit, before) => mended().read(stream, after, limit, before),
    cursors: (receiver) => mended().cursors(receiver),
    setCursors: (receiver, entries) => {
      mended().setCursors(receiver, entries);
    },
    close: () => {
      if (isClosed) return;
      mended().close();
      isClosed = true;
      told.committed$.complete();
      told.health$.complete();
    },
  };
}
