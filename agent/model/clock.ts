/**
 * Time as the agent sees it. Everything that needs time or a timer takes a Clock, so that a test can run a day in a
 * millisecond and a benchmark can run three days of outage in a minute.
 */
export interface Clock {
  /** Wall clock, UTC milliseconds since 1970. May step (NTP, an operator); never use it to measure a duration. */
  now(): number;
  /** Milliseconds since an arbitrary start. Never goes back, never steps. For delays, ages and deadlines. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
