import type { Stream } from '#agent/model/record.ts';
import type { PerStream } from './streams.ts';

/** How many numbers are reserved at a time: each reservation costs two fsyncs, and after damage it counts as lost. */
const RESERVE: PerStream<number> = { alarm: 64, event: 64, gap: 64, audit: 64, register: 64, sample: 256 };

/**
 * Numbers the records. `site + stream + seq` must stay unique for ever, so a number is used only below a floor that is
 * already on the disk outside the database.
 */
export class Sequence {
  readonly heads: PerStream<number>;
  readonly floors: PerStream<number>;
  readonly #persist: (floors: PerStream<number>) => void;

  constructor(heads: PerStream<number>, floors: PerStream<number>, persist: (floors: PerStream<number>) => void) {
    this.heads = { ...heads };
    this.floors = { ...floors };
    this.#persist = persist;
  }

  /** Makes sure that `count` more numbers may be used; to be called before the transaction that uses them. */
  reserve(stream: Stream, count: number): void {
    const needed = this.heads[stream] + count;
    if (needed <= this.floors[stream]) return;
    this.floors[stream] = needed + RESERVE[stream];
    this.#persist(this.floors);
  }
}
