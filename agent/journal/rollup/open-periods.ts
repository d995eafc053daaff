import { emptyRollup, mergeRollup, type PointRollup } from './point-rollup.ts';

/** A period that is being counted. */
interface OpenPeriod {
  readonly start: number;
  readonly points: Map<number, PointRollup>;
  /** Lowest source position (seq or minute id) that it holds. */
  readonly openedAt: number;
}

export interface ClosedPeriod {
  readonly start: number;
  readonly points: ReadonlyMap<number, PointRollup>;
}

/** More than this many periods open at once means data from all over the past: the oldest is closed early. */
const MAX_OPEN = 8;

/** Periods of one length that are still being counted, each from its start (UTC ms, a multiple of the length). */
export class OpenPeriods {
  readonly lengthMs: number;
  readonly #open = new Map<number, OpenPeriod>();
  /** The period asked for last: samples come in runs. */
  #last: OpenPeriod | undefined;

  constructor(lengthMs: number) {
    this.lengthMs = lengthMs;
  }

  startOf(time: number): number {
    return Math.floor(time / this.lengthMs) * this.lengthMs;
  }

  /** The counts of one point in the period that `time` falls into, to be added to. */
  at(time: number, point: number, position: number): PointRollup {
    const start = this.startOf(time);
    const period = this.#last?.start === start ? this.#last : this.#period(start, position);
    this.#last = period;
    let rollup = period.points.get(point);
    if (rollup === undefined) {
      rollup = emptyRollup();
      period.points.set(point, rollup);
    }
    return rollup;
  }

  merge(closed: ClosedPeriod, position: number): void {
    for (const [point, rollup] of closed.points) mergeRollup(this.at(closed.start, point, position), rollup);
  }

  /** The periods that ended before `time`, and the oldest where too many are open; ascending. They stay open. */
  over(time: number): ClosedPeriod[] {
    const periods = [...this.#open.values()].sort((a, b) => a.start - b.start);
    const surplus = periods.length - MAX_OPEN;
    return periods.filter(({ start }, i) => i < surplus || start + this.lengthMs <= time);
  }

  remove(periods: readonly ClosedPeriod[]): void {
    for (const { start } of periods) this.#open.delete(start);
    this.#last = undefined;
  }

  /** Where counting must begin again after a restart once `stored` are stored; `otherwise` where nothing else is open. */
  openFrom(otherwise: number, stored: readonly ClosedPeriod[]): number {
    const starts = new Set(stored.map(({ start }) => start));
    let lowest = otherwise;
    for (const { start, openedAt } of this.#open.values()) if (!starts.has(start)) lowest = Math.min(lowest, openedAt);
    return lowest;
  }

  /** What is counted so far for the points, of periods within [from, to); not yet stored. */
  peek(from: number, to: number): ClosedPeriod[] {
    return [...this.#open.values()].filter(({ start }) => start < to && start + this.lengthMs > from);
  }

  #period(start: number, position: number): OpenPeriod {
    const known = this.#open.get(start);
    if (known) return known;
    const made = { start, points: new Map<number, PointRollup>(), openedAt: position };
    this.#open.set(start, made);
    return made;
  }
}
