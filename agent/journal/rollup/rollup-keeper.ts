import { hasFlag } from '#agent/model/flags.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SampleBatch } from '../block-codec/sample-batch.ts';
import { OpenPeriods, type ClosedPeriod } from './open-periods.ts';
import type { PointRollup } from './point-rollup.ts';
import type { RollupTable } from './rollup-table.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** How long after its end a period waits for samples on their way. What comes later makes another part of it. */
const GRACE_MS = 10_000;

/**
 * Counts samples into minutes and minutes into hours as they are committed. Open periods live in memory; after a
 * restart they are counted again from the stored records, and nothing is counted twice.
 */
export class RollupKeeper {
  readonly #table: RollupTable;
  readonly #numbersOf: (samples: readonly Sample[]) => Uint32Array;
  readonly #minutes = new OpenPeriods(MINUTE_MS);
  readonly #hours = new OpenPeriods(HOUR_MS);
  /** Highest receive time seen; periods close by it, so that a wrong source clock closes nothing. */
  #now = 0;
  #seq = 0;
  #minuteId = 0;

  constructor(table: RollupTable, numbersOf: (samples: readonly Sample[]) => Uint32Array) {
    this.#table = table;
    this.#numbersOf = numbersOf;
  }

  /** Seq from which records must be given to `recount` after opening. */
  get recountFrom(): number {
    return this.#table.openFrom(MINUTE_MS);
  }

  /** Rebuilds the open periods from what was stored. */
  recount(batches: Iterable<SampleBatch>): void {
    for (const part of this.#table.from(MINUTE_MS, this.#table.openFrom(HOUR_MS))) {
      if (part.id > this.#table.through(HOUR_MS, this.#hours.startOf(part.start))) this.#hours.merge(part, part.id);
      this.#minuteId = Math.max(this.#minuteId, part.id);
    }
    const through = new Map<number, number>();
    for (const batch of batches) {
      this.#count(batch, (start) => {
        let known = through.get(start);
        if (known === undefined) {
          known = this.#table.through(MINUTE_MS, start);
          through.set(start, known);
        }
        return batch.seq > known;
      });
    }
  }

  /** Counts records that have just been committed. */
  add(batch: SampleBatch): void {
    this.#count(batch, () => true);
  }

  /**
   * Stores the periods that are over, each level in one `transaction`; this says whether it succeeded. What could not
   * be stored stays open and is tried again.
   */
  store(transaction: (write: () => void) => boolean): void {
    this.#storeLevel(this.#minutes, { at: this.#now - GRACE_MS, through: this.#seq }, transaction, (period, id) => {
      this.#minuteId = id;
      this.#hours.merge(period, id);
    });
    this.#storeLevel(this.#hours, { at: this.#now - GRACE_MS - MINUTE_MS, through: this.#minuteId }, transaction);
  }

  #storeLevel(
    periods: OpenPeriods,
    mark: { readonly at: number; readonly through: number },
    transaction: (write: () => void) => boolean,
    onStored?: (period: ClosedPeriod, id: number) => void,
  ): void {
    const over = periods.over(mark.at);
    if (over.length === 0) return;
    const openFrom = periods.openFrom(mark.through + 1, over);
    let ids: number[] = [];
    const isStored = transaction(() => {
      ids = over.map((period) => this.#table.insert(periods.lengthMs, period, { through: mark.through, openFrom }));
    });
    if (!isStored) return;
    periods.remove(over);
    for (const [i, period] of over.entries()) onStored?.(period, ids[i] ?? 0);
  }

  /** What is counted and not stored yet, for a query that reaches up to now. Hours have their open minutes with them. */
  peek(level: number, from: number, to: number): ClosedPeriod[] {
    const minutes = this.#minutes.peek(from, to);
    return level === MINUTE_MS ? minutes : [...this.#hours.peek(from, to), ...minutes];
  }

  #count(batch: SampleBatch, isWanted: (start: number) => boolean): void {
    this.#seq = Math.max(this.#seq, batch.seq);
    const numbers = this.#numbersOf(batch.samples);
    for (let i = 0; i < batch.samples.length; i++) {
      const sample = batch.samples[i];
      if (sample === undefined) continue;
      if (sample.receiveTime > this.#now) this.#now = sample.receiveTime;
      const time = hasFlag(sample.flags, 'clockSuspect') ? sample.receiveTime : sample.sourceTime;
      if (!isWanted(this.#minutes.startOf(time))) continue;
      countSample(this.#minutes.at(time, numbers[i] ?? 0, batch.seq), sample, time);
    }
  }
}

function countSample(rollup: PointRollup, { value, quality }: Sample, time: number): void {
  rollup[quality.level] += 1;
  if (quality.level === 'bad') return;
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) return;
  if (time >= rollup.lastTime) {
    rollup.last = number;
    rollup.lastTime = time;
  }
  if (quality.level !== 'good') return;
  rollup.min = rollup.numbers === 0 ? number : Math.min(rollup.min, number);
  rollup.max = rollup.numbers === 0 ? number : Math.max(rollup.max, number);
  rollup.sum += number;
  rollup.numbers += 1;
}
