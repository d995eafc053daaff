const BURST = 600;
const PER_MS = 600 / 60_000;

/**
 * How many events one source may add to the journal, each of which costs a write to disk: 600 at once and ten a second on
 * average. What is beyond is counted, so that it can be told. A source that shouts must not slow the alarms of others.
 */
export class EventBudget {
  #left = BURST;
  #countedAt: number;
  #refused = 0;

  /** Times are monotonic milliseconds. */
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

  /** How many were refused since this was last asked. */
  takeRefused(): number {
    const refused = this.#refused;
    this.#refused = 0;
    return refused;
  }
}
