import type { Clock } from '#agent/model/clock.ts';
import type { Signal } from '#drivers/driver.ts';

/** Repeating `online` is evidence that unchanged values are still true; more often than this it is noise. */
const REPEAT_MS = 1000;

/**
 * Tells `online` with each sign of life. A refused node or a missing namespace changes nothing about that: its points
 * say so themselves with a bad quality, and all others go on.
 */
export function createStatusTeller(clock: Clock, emit: (signal: Signal) => void): () => void {
  let toldAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = clock.monotonic();
    if (now - toldAt < REPEAT_MS) return;
    toldAt = now;
    emit({ type: 'status', state: 'online', reason: '' });
  };
}
