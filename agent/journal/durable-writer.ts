import type { Draft, JournalRecord } from '#agent/model/record.ts';
import type { RecordClock } from './record-clock.ts';
import type { Sequence } from './sequence.ts';
import type { StateChange } from './state-table.ts';
import type { Store } from './store.ts';

/** Numbers and stores records and state in one transaction that is on the disk when it returns. */
export class DurableWriter {
  readonly #store: Store;
  readonly #sequence: Sequence;
  readonly #clock: RecordClock;

  constructor(store: Store, sequence: Sequence, clock: RecordClock) {
    this.#store = store;
    this.#sequence = sequence;
    this.#clock = clock;
  }

  commit(drafts: readonly Draft[], state: readonly StateChange[]): JournalRecord[] {
    if (drafts.length === 0 && state.length === 0) return [];
    for (const draft of drafts) this.#sequence.reserve(draft.stream, drafts.length);
    const heads = { ...this.#sequence.heads };
    const time = this.#clock.next();
    const records = drafts.map(
      (draft) => ({ stream: draft.stream, seq: (heads[draft.stream] += 1), time, body: draft.body }) as JournalRecord,
    );
    const { database, records: table, state: states } = this.#store.durable;
    database
      .transaction(() => {
        for (const [i, draft] of drafts.entries()) table.insert(draft, records[i]?.seq ?? 0, time);
        for (const change of state) states.apply(change);
      })
      .immediate();
    Object.assign(this.#sequence.heads, heads);
    return records;
  }
}
