import type { ZoneHysteresis } from '#agent/model/headcount.ts';

/** Radios err by so much even when nobody moves. Metres. */
const JITTER_M = 1;
/** A device's clock that went back is believed after this long. Milliseconds. */
const CLOCK_WENT_BACK_MS = 10_000;

interface Fix {
  readonly x: number;
  readonly y: number;
  /** Milliseconds by the source, never ahead of the agent. */
  readonly time: number;
}

/** Takes the fixes of one tag and lets through those that a person can have walked. */
export class PositionFilter {
  #last: Fix | undefined;
  /** Where the rejected fixes are that agree with each other, since when, and how many. */
  #elsewhere: { readonly since: number; readonly count: number; readonly fix: Fix } | undefined;
  #heardAt = Number.NEGATIVE_INFINITY;

  /** @returns `late` for what is older than what is known, a duplicate among it; `jump` for what nobody can walk */
  take(fix: Fix, now: number, { maxSpeed, newPlaceAfterMs }: ZoneHysteresis): 'good' | 'late' | 'jump' {
    const last = this.#last;
    const newest = Math.max(last?.time ?? Number.NEGATIVE_INFINITY, this.#elsewhere?.fix.time ?? 0);
    if (fix.time <= newest && now - this.#heardAt < CLOCK_WENT_BACK_MS) return 'late';
    this.#heardAt = now;
    if (!last || fix.time <= newest || isWalkable(last, fix, maxSpeed)) return this.#accept(fix);
    const before = this.#elsewhere;
    this.#elsewhere =
      before && isWalkable(before.fix, fix, maxSpeed)
        ? { since: before.since, count: before.count + 1, fix }
        : { since: now, count: 1, fix };
    const { since, count } = this.#elsewhere;
    return count >= 3 && now - since >= newPlaceAfterMs ? this.#accept(fix) : 'jump';
  }

  #accept(fix: Fix): 'good' {
    this.#last = fix;
    this.#elsewhere = undefined;
    return 'good';
  }
}

const isWalkable = (from: Fix, to: Fix, maxSpeed: number): boolean =>
  Math.hypot(to.x - from.x, to.y - from.y) <= JITTER_M + (maxSpeed * (to.time - from.time)) / 1000;
