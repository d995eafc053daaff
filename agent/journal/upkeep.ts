import type { Gap } from '#agent/model/event.ts';
import type { Draft } from '#agent/model/record.ts';
import type { DurableWriter } from './durable-writer.ts';
import type { DiskGuard } from './disk-guard.ts';
import type { Expired, Retention } from './retention.ts';
import type { SampleWriter } from './sample-writer.ts';
import type { SpaceReserve } from './space-reserve.ts';
import type { Store } from './store.ts';

export interface UpkeepParts {
  readonly store: Store;
  readonly guard: DiskGuard;
  readonly retention: Retention;
  readonly reserve: SpaceReserve;
  readonly durable: DurableWriter;
  readonly samples: SampleWriter;
  readonly commit: (drafts: readonly Draft[]) => void;
  readonly onExpired: (expired: readonly Expired[]) => void;
}

/** A run of upkeep stays short, so that it never stands long in an alarm's way. */
const MAX_STEPS = 8;
const MAX_MS = 50;

/** What the journal does beside writing: lets old records go, makes room, and accounts for what was lost. */
export class Upkeep {
  readonly #parts: UpkeepParts;
  /** Gaps still to be written: while the disk is full there may be no place for them. */
  #owed: Gap[] = [];

  constructor(parts: UpkeepParts) {
    this.#parts = parts;
  }

  owe(gap: Gap): void {
    this.#owed.push(gap);
  }

  /** One run. `now`: UTC ms by the record clock; `monotonic`: for its own time limit. */
  run(now: number, monotonic: () => number): void {
    const { guard, durable, reserve } = this.#parts;
    if (!durable.release()) return;
    const until = monotonic() + MAX_MS;
    for (let step = 0; step < MAX_STEPS && monotonic() < until; step++) {
      if (!this.#expire((retention) => retention.step(now))) break;
    }
    if (guard.state.trouble === 'none') reserve.take();
    this.settle();
  }

  /** Writes the gaps that are owed, where the disk takes records. */
  settle(): void {
    const { guard, durable, samples } = this.#parts;
    if (!durable.release() || guard.state.trouble !== 'none') return;
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
    const { store, reserve } = this.#parts;
    reserve.giveUp();
    const checkpoint = (): unknown => store.batched.database.pragma('wal_checkpoint(RESTART)');
    checkpoint();
    const expired = store.batched.database.transaction(() => this.#parts.retention.makeRoom()).immediate();
    this.#note(expired);
    checkpoint();
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

  #note(expired: readonly Expired[]): void {
    for (const { gap } of expired) if (gap) this.#owed.push(gap);
    this.#parts.onExpired(expired);
  }
}
