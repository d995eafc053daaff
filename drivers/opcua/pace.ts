import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#agent/model/clock.ts';

/** Requests may bunch up to this much of a second's budget before they are spaced. */
const BURST_MS = 500;

/**
 * A device's request budget: waits until the next request may go. A short burst passes at once, then requests are spaced
 * evenly, so that a weak server is never flooded by our start or recovery.
 */
export function createPace(requestsPerSecond: number, clock: Clock): () => Promise<void> {
  const spacingMs = 1000 / requestsPerSecond;
  let nextAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const now = clock.monotonic();
    const at = Math.max(nextAt, now - BURST_MS);
    nextAt = at + spacingMs;
    if (at > now) await sleep(at - now);
  };
}
