import { Subject, type Observable } from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteId } from '#agent/model/ids.ts';
import type { Draft, JournalRecord, RecordReader, Stream } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import { DurableWriter } from './durable-writer.ts';
import { openDirectory, type Opening } from './opening.ts';
import { RecentBatches } from './recent-batches.ts';
import { RecordClock } from './record-clock.ts';
import { StoreReader } from './record-reader.ts';
import { writeRunFile } from './run-file.ts';
import { SampleWriter } from './sample-writer.ts';
import { Sequence } from './sequence.ts';
import type { StateChange } from './state-table.ts';
import { readStatus, type JournalStatus } from './status.ts';

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
  /** What was found at start. Its gaps are already in stream `gap`. */
  readonly opening: Opening;
  /**
   * Numbers and stores records and state changes, all or nothing, fsynced. Returns the records in the order given;
   * emits on `committed$` before it returns. Throws if the disk refuses.
   */
  commit(drafts: readonly Draft[], state?: readonly StateChange[]): readonly JournalRecord[];
  /** Takes samples in the order of arrival. They can be read after the commit that `committed$` tells. */
  appendSamples(samples: readonly Sample[]): void;
  /** Commits waiting samples if their time has come. The journal's own timer calls it; a test with its own clock may. */
  tick(): void;
  /** Commits waiting samples now. */
  flush(): void;
  /** Emits the stream after each commit that added records to it, synchronously. Never errors; completes at close. */
  readonly committed$: Observable<Stream>;
  /** State of one scope, as the last commit left it. */
  state(scope: string): Map<string, unknown>;
  status(): JournalStatus;
  /** Commits, marks a clean stop, and releases the directory. Calling it again does nothing. */
  close(): void;
}

/** Decoded samples kept for uplinks that keep up; about 2 MB. */
const RECENT_SAMPLES = 16_384;

/** Opens or makes the journal. Throws JournalInUse, or if the directory belongs to another site or can't be written. */
export function openJournal(options: JournalOptions): Journal {
  const { directory, site, clock } = options;
  const { store, opening, heads, floors, tails, bootId, clockFloor, unlock } = openDirectory(directory, site, clock);
  const recordClock = new RecordClock(clock, clockFloor);
  const startedAt = recordClock.next();
  const persistRun = (stoppedAt?: number): void =>
    writeRunFile(directory, {
      site,
      pid: process.pid,
      startedAt,
      bootId,
      floors: sequence.floors,
      tails,
      clockFloor: recordClock.latest,
      ...(stoppedAt === undefined ? {} : { stoppedAt }),
    });
  const sequence = new Sequence(heads, floors, () => {
    persistRun();
  });
  persistRun();

  const recent = new RecentBatches(RECENT_SAMPLES);
  const reader = new StoreReader(store, sequence, recent, () => {});
  const durable = new DurableWriter(store, sequence, recordClock);
  const samples = new SampleWriter({ store, sequence, recordClock, recent, clock });
  const committed = new Subject<Stream>();
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const commit = (drafts: readonly Draft[], state: readonly StateChange[] = []): readonly JournalRecord[] => {
    const records = durable.commit(drafts, state);
    for (const stream of new Set(drafts.map((draft) => draft.stream))) committed.next(stream);
    return records;
  };
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (samples.flush() > 0) committed.next('sample');
  };
  const tick = (): void => {
    if (samples.pending > 0 && samples.waitedMs >= options.sampleCommitMs) flush();
  };

  commit(opening.gaps.map((body): Draft => ({ stream: 'gap', body })));

  return {
    opening,
    commit,
    appendSamples: (batch) => {
      if (samples.append(batch)) flush();
      else timer ??= setTimeout(flush, options.sampleCommitMs).unref();
    },
    tick,
    flush,
    committed$: committed.asObservable(),
    state: (scope) => store.batched.state.scope(scope),
    status: () => readStatus(store, (stream) => reader.head(stream), options.maxBytes),
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
      flush();
      committed.complete();
      store.batched.database.pragma('wal_checkpoint(TRUNCATE)');
      store.close();
      persistRun(recordClock.next());
      unlock();
    },
  };
}
