import type { Clock } from '#agent/model/clock.ts';

/** A burst as long as this may pass at once: a hub that comes back tells what it kept. Seconds. */
const BURST_S = 10;

/** Lets so many messages a second through, a burst included, and counts the others. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #clock: Clock;
  #tokens: number;
  #at: number;
  #dropped = 0;

  constructor(perSecond: number, clock: Clock) {
    this.#perSecond = perSecond;
    this.#clock = clock;
    this.#tokens = perSecond * BURST_S;
    this.#at = clock.monotonic();
  }

  admits(): boolean {
    const now = this.#clock.monotonic();
    this.#tokens = Math.min(this.#perSecond * BURST_S, this.#tokens + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#tokens < 1) {
      this.#dropped += 1;
      return false;
    }
    this.#tokens -= 1;
    return true;
  }

  /** How many were dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }
}
