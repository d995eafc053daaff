import type { DurableStream, JournalRecord } from '#agent/model/record.ts';
import type { StateChange } from './state-table.ts';

export type DurableRecord = JournalRecord & { readonly stream: DurableStream };

/** Beyond this the oldest give way, events and gaps before alarms and audit. About 20 MB. */
const MAX_HELD = 20_000;

/**
 * Records that have their number but could not be written, because the disk refuses. They are served to readers and
 * written as soon as the disk takes them; they do not survive the process.
 */
export class HeldRecords {
  #records: DurableRecord[] = [];
  readonly #state = new Map<string, StateChange>();
  #dropped: DurableRecord[] = [];

  get count(): number {
    return this.#records.length;
  }

  get isEmpty(): boolean {
    return this.#records.length === 0 && this.#state.size === 0;
  }

  get records(): readonly DurableRecord[] {
    return this.#records;
  }

  get state(): readonly StateChange[] {
    return [...this.#state.values()];
  }

  hold(records: readonly DurableRecord[], state: readonly StateChange[]): void {
    this.#records.push(...records);
    for (const change of state) this.#state.set(`${change.scope}\n${change.key}`, change);
    while (this.#records.length > MAX_HELD) {
      const lesser = this.#records.findIndex(({ stream }) => stream === 'event' || stream === 'gap');
      const [gone] = this.#records.splice(Math.max(lesser, 0), 1);
      if (gone) this.#dropped.push(gone);
    }
  }

  read(stream: DurableStream, after: number, before: number): DurableRecord[] {
    return this.#records.filter((record) => record.stream === stream && record.seq > after && record.seq < before);
  }

  /** Records that had to give way, once. */
  takeDropped(): DurableRecord[] {
    const dropped = this.#dropped;
    this.#dropped = [];
    return dropped;
  }

  clear(): void {
    this.#records = [];
    this.#state.clear();
  }
}
