import type { Draft } from '#agent/model/record.ts';
import type { DiskGuard } from './disk-guard.ts';
import { HeldRecords, type DurableRecord } from './held-records.ts';
import type { RecordClock } from './record-clock.ts';
import type { Sequence } from './sequence.ts';
import type { StateChange } from './state-table.ts';
import type { Store } from './store.ts';

export interface DurableWriterParts {
  readonly store: Store;
  readonly sequence: Sequence;
  readonly recordClock: RecordClock;
  readonly guard: DiskGuard;
}

/** Numbers records and stores them with state in one transaction that is on the disk when it returns. */
export class DurableWriter {
  readonly held = new HeldRecords();
  readonly #parts: DurableWriterParts;

  constructor(parts: DurableWriterParts) {
    this.#parts = parts;
  }

  /** Throws only what is no fault of the disk; where the disk refuses, the records are held in memory. */
  commit(drafts: readonly Draft[], state: readonly StateChange[]): DurableRecord[] {
    if (drafts.length === 0 && state.length === 0) return [];
    const { sequence, recordClock, guard } = this.#parts;
    for (const draft of drafts) sequence.reserve(draft.stream, drafts.length);
    const heads = { ...sequence.heads };
    const time = recordClock.next();
    const records = drafts.map(
      (draft) => ({ stream: draft.stream, seq: (heads[draft.stream] += 1), time, body: draft.body }) as DurableRecord,
    );
    if (!guard.attempt(() => this.#store(records, state))) this.held.hold(records, state);
    Object.assign(sequence.heads, heads);
    return records;
  }

  /** Tries to write what is held. True if nothing is held any more. */
  release(): boolean {
    return this.held.isEmpty || this.#parts.guard.attempt(() => this.#store([], []));
  }

  /** What is held goes first: a stream is stored in order. */
  #store(records: readonly DurableRecord[], state: readonly StateChange[]): void {
    const { database, records: table, state: states } = this.#parts.store.durable;
    database
      .transaction(() => {
        for (const record of this.held.records) table.insert(record);
        for (const record of records) table.insert(record);
        for (const change of this.held.state) states.apply(change);
        for (const change of state) states.apply(change);
      })
      .immediate();
    this.held.clear();
  }
}
