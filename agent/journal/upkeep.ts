import type { Gap } from '#agent/model/event.ts';
import type { Draft } from '#agent/model/record.ts';
import type { DurableWriter } from './durable-writer.ts';
import type { DiskGuard } from './disk-guard.ts';
import { diskTrouble } from './disk-trouble.ts';
import type { PeopleRetention } from './people-retention.ts';
import type { Expired, Retention } from './retention.ts';
import type { SampleWriter } from './sample-writer.ts';
import { PAGE_BYTES, type SpaceReserve } from './space-reserve.ts';
import { logBytes } from './status.ts';
import type { Store } from './store.ts';

export interface UpkeepParts {
  readonly store: Store;
  readonly guard: DiskGuard;
  readonly retention: Retention;
  /** Absent: what tells of persons is kept like the rest. */
  readonly people: PeopleRetention | undefined;
  readonly reserve: SpaceReserve;
  readonly durable: DurableWriter;
  readonly samples: SampleWriter;
  readonly logPages: number;
  readonly commit: (drafts: readonly Draft[]) => void;
  readonly onExpired: (expired: readonly Expired[]) => void;
}

/** A run of upkeep stays short, so that it never stands long in an alarm's way. */
const MAX_STEPS = 8;
const MAX_MS = 50;
const UNLIMITED_PAGES = 4_294_967_294;

/** What the journal does beside writing: lets old records go, makes room, and accounts for what was lost. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  /** Gaps still to be written: while the disk is full there may be no place for them. */
  #owed: Gap[] = [];
  #isLimited = false;

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  owe(gap: Gap): void {
    this.#owed.push(gap);
  }

  /** One run. `now`: UTC ms, undefined where ages can't be told; `monotonic`: for its own time limit. */
  run(now: number | undefined, monotonic: () => number): void {
    const { guard, durable, reserve } = this.#parts;
    if (!durable.release()) return;
    const until = monotonic() + MAX_MS;
    for (let step = 0; step < MAX_STEPS && monotonic() < until; step++) {
      const isMore = this.#expire((retention) => retention.step(now));
      if (!this.#expirePeople(now) && !isMore) break;
    }
    this.#shortenLog();
    if (guard.state.trouble === 'none' && reserve.take()) this.#limitSize('none');
    this.settle();
  }

  /** Writes the gaps that are owed, where the disk takes records. */
  settle(): void {
    const { guard, durable, samples } = this.#parts;
    if (!durable.release() || !['none', 'damaged'].includes(guard.state.trouble)) return;
    const shed = samples.pending === 0 ? samples.takeShed() : undefined;
    if (shed) this.owe(shed);
    for (const { stream, seq, time } of durable.held.takeDropped()) {
      this.owe({
        from: time,
        to: time + 1,
        reason: 'disk-full',
        lost: 1,
        records: { stream, first: seq, last: seq },
        text: `Record ${seq} of stream ${stream} could not be written and no longer be held.`,
        flags: 0,
      });
    }
    const owed = this.#owed;
    this.#owed = [];
    this.#parts.commit(owed.map((body): Draft => ({ stream: 'gap', body })));
  }

  /** Called where a write found the disk full: gives up the reserve, and the oldest samples with it. */
  makeRoom(): void {
    const { store, reserve, retention } = this.#parts;
    const { database } = store.batched;
    reserve.giveUp();
    this.#limitSize('present');
    // Any of these may find the disk full itself; what the others freed counts all the same.
    despiteTrouble(() => database.pragma('wal_checkpoint(RESTART)'));
    despiteTrouble(() => {
      this.#note(database.transaction(() => retention.makeRoom()).immediate());
    });
    despiteTrouble(() => database.pragma('wal_checkpoint(RESTART)'));
  }

  /**
   * While the disk is full the database grows by half the reserve at most: what new records need must come from what old
   * ones leave, and the other half stays with the log. A log that can't be written back would block everything.
   */
  #limitSize(limit: 'present' | 'none'): void {
    if (this.#isLimited === (limit === 'present')) return;
    this.#isLimited = limit === 'present';
    const { store, reserve } = this.#parts;
    const { batched, durable } = store;
    const present = Number(batched.database.pragma('page_count', { simple: true }));
    const growth = Math.floor(reserve.bytes / 2 / PAGE_BYTES);
    const pages = limit === 'none' ? UNLIMITED_PAGES : present + growth;
    for (const { database } of [batched, durable]) database.pragma(`max_page_count = ${pages}`);
  }

  /** The samples' commits do this by themselves; alarms without samples would let the log grow for ever. */
  #shortenLog(): void {
    const { store, guard, logPages } = this.#parts;
    if (logBytes(store.batched.file) < logPages * PAGE_BYTES) return;
    guard.attempt(() => store.batched.database.pragma('wal_checkpoint(PASSIVE)'));
  }

  /** True if something was removed. */
  #expire(step: (retention: Retention) => Expired[]): boolean {
    const { store, guard, retention } = this.#parts;
    let expired: Expired[] = [];
    const isDone = guard.attempt(() => {
      expired = store.batched.database.transaction(() => step(retention)).immediate();
    });
    if (!isDone || expired.length === 0) return false;
    this.#note(expired);
    return true;
  }

  /** What is removed stands in an event that is on the disk before. True if there may be more. */
  #expirePeople(now: number | undefined): boolean {
    const { store, guard, durable, people, commit } = this.#parts;
    const due = now === undefined ? undefined : people?.next(now);
    if (!due) return false;
    if (due.event) commit([{ stream: 'event', body: due.event }]);
    if (!durable.held.isEmpty) return false;
    return guard.attempt(() => {
      store.batched.database.transaction(due.remove).immediate();
    });
  }

  #note(expired: readonly Expired[]): void {
    for (const { gap } of expired) if (gap) this.#owed.push(gap);
    this.#parts.onExpired(expired);
  }
}

function despiteTrouble(step: () => unknown): void {
  try {
    step();
  } catch (error) {
    if (diskTrouble(error) === undefined) throw error;
  }
}
