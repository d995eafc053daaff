import type { ZoneHysteresis } from '#agent/model/headcount.ts';

/** One tag and one zone: whether it is inside, with hysteresis. Changed by {@link seen} alone. */
export interface ZonePresence {
  isInside: boolean;
  /** Monotonic ms since when it is in the present run of fixes inside while not yet entered, or since it has entered. */
  insideSince: number;
  /** Since when it has been outside the edge; undefined inside. */
  outsideSince: number | undefined;
  /** Since when it has been beyond the tolerance. */
  beyondSince: number | undefined;
}

/** Takes one good fix. @returns false when nothing is left to remember: the tag neither is inside nor about to be. */
export function seen(
  presence: ZonePresence,
  outsideM: number,
  now: number,
  { enterDwellMs, exitToleranceM, toleranceTimeoutMs, exitDelayMs }: ZoneHysteresis,
): boolean {
  if (outsideM <= 0) {
    presence.outsideSince = undefined;
    presence.beyondSince = undefined;
    if (!presence.isInside && now - presence.insideSince >= enterDwellMs) {
      presence.isInside = true;
      presence.insideSince = now;
    }
    return true;
  }
  if (!presence.isInside) return false;
  presence.outsideSince ??= now;
  presence.beyondSince = outsideM > exitToleranceM ? (presence.beyondSince ?? now) : undefined;
  const hasLeft =
    (presence.beyondSince !== undefined && now - presence.beyondSince >= exitDelayMs) ||
    now - presence.outsideSince >= Math.max(toleranceTimeoutMs, exitDelayMs);
  return !hasLeft;
}

export const arriving = (now: number): ZonePresence => ({
  isInside: false,
  insideSince: now,
  outsideSince: undefined,
  beyondSince: undefined,
});
