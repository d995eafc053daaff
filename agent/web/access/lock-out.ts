import type { Clock } from '#agent/model/clock.ts';

export interface LockOut {
  /** Milliseconds to wait; 0 when a guess may be made. */
  readonly waitMs: (key: string) => number;
  /** Told before a guess is looked at, so that many at once do not count as one. */
  readonly failed: (key: string) => void;
  /** Forgets every failure. */
  readonly succeeded: (key: string) => void;
  /** Takes back the last failure alone: who guesses others' passwords does not start anew by knowing one. */
  readonly excused: (key: string) => void;
}

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 3_600_000;
const FORGET_MS = 24 * 3_600_000;
const MOST_KEYS = 10_000;

interface Failures {
  count: number;
  lastAt: number;
}

/** Slows down who guesses: some guesses are free, then each failure doubles the wait. */
export function createLockOut(clock: Clock, freeGuesses: number): LockOut {
  const failures = new Map<string, Failures>();
  return {
    waitMs(key) {
      const known = failures.get(key);
      if (!known || known.count < freeGuesses) return 0;
      const wait = Math.min(FIRST_WAIT_MS * 2 ** (known.count - freeGuesses), LONGEST_WAIT_MS);
      return Math.max(0, known.lastAt + wait - clock.monotonic());
    },
    failed(key) {
      const now = clock.monotonic();
      const known = failures.get(key);
      const count = known && now - known.lastAt < FORGET_MS ? known.count + 1 : 1;
      // Newest last, so that a flood of names pushes out the oldest.
      failures.delete(key);
      failures.set(key, { count, lastAt: now });
      const [oldest] = failures.keys();
      if (failures.size > MOST_KEYS && oldest !== undefined) failures.delete(oldest);
    },
    succeeded: (key) => void failures.delete(key),
    excused(key) {
      const known = failures.get(key);
      if (known && --known.count <= 0) failures.delete(key);
    },
  };
}
