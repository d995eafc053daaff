import type { Clock } from '#agent/model/clock.ts';

/**
 * What is tried, in this order, when a subscription no longer delivers although the connection answers. Republishing
 * comes before these; after the last the supervisor makes a new connection, and never stops doing so.
 */
const rungs = ['resubscribe', 'new-session', 'new-connection'] as const;
export type Rung = (typeof rungs)[number];

/** Trouble further apart than this begins again at the first rung. */
const CALM_MS = 60_000;

/** Remembers how far up the recovery has gone within one connection. Lower rungs than the least are left out. */
export function createLadder(clock: Clock): (least: Rung) => Rung {
  let height = 0;
  let climbedAt = Number.NEGATIVE_INFINITY;
  return (least) => {
    const now = clock.monotonic();
    if (now - climbedAt > CALM_MS) height = 0;
    climbedAt = now;
    height = Math.max(height, rungs.indexOf(least));
    const rung = rungs[Math.min(height, rungs.length - 1)] ?? 'new-connection';
    height += 1;
    return rung;
  };
}
