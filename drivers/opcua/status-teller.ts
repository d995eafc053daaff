import type { Clock } from '#agent/model/clock.ts';
import type { Signal } from '#drivers/driver.ts';

/** Repeating `online` is evidence that unchanged values are still true; more often than this it is noise. */
const REPEAT_MS = 1000;

/**
 * Tells the source's status. A refused node or a missing namespace changes nothing about `online`: its points say so
 * themselves with a bad quality, and all others go on.
 */
export interface StatusTeller {
  /** Data or a keep-alive came. */
  readonly alive: () => void;
  /** The server answers, but part of what it should deliver does not come. Holds until the next sign of life. */
  readonly degraded: (reason: string) => void;
}

export function createStatusTeller(clock: Clock, emit: (signal: Signal) => void): StatusTeller {
  let toldAt = Number.NEGATIVE_INFINITY;
  return {
    alive() {
      const now = clock.monotonic();
      if (now - toldAt < REPEAT_MS) return;
      toldAt = now;
      emit({ type: 'status', state: 'online', reason: '' });
    },
    degraded(reason) {
      toldAt = Number.NEGATIVE_INFINITY;
      emit({ type: 'status', state: 'degraded', reason });
    },
  };
}
