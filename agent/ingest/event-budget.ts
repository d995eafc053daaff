const BURST = 2_000;
const PER_MS = 10 / 1_000;
const TELL_EVERY_MS = 60_000;

/**
 * How many events one source may add to the journal, each of which costs a write to disk: two thousand at once (a DCS that
 * tells all its standing alarms) and ten a second on average. What is beyond is counted and told, at most once a minute.
 * A source that shouts must not slow the alarms of others. Times are monotonic milliseconds.
 */
export class EventBudget {
  #left = BURST;
  #countedAt: number;
  #refused = 0;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(now: number) {
    this.#countedAt = now;
  }

  /** True if an event may be told now. */
  spend(now: number): boolean {
    this.#left = Math.min(BURST, this.#left + (now - this.#countedAt) * PER_MS);
    this.#countedAt = now;
    if (this.#left < 1) {
      this.#refused += 1;
      return false;
    }
    this.#left -= 1;
    return true;
  }

  /** How many were refused and not yet told, if it is time to tell; else 0. */
  takeRefused(now: number): number {
    if (this.#refused === 0 || now - this.#toldAt < TELL_EVERY_MS) return 0;
    this.#toldAt = now;
    const refused = this.#refused;
    this.#refused = 0;
    return refused;
  }
}
