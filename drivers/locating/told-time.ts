import { Flag } from '#agent/model/flags.ts';

/** 2000-01-01: before that no locating system was built. UTC ms. */
const EARLIEST = 946_684_800_000;
/** Further into the future than any clock should be. */
const LATEST_AHEAD_MS = 60_000;
/** Further behind, and the clock or the network is not what it should be. */
const LATE_MS = 300_000;

export interface ToldTime {
  readonly sourceTime: number;
  readonly flags: number;
}

/**
 * The time that a source tells, as far as it can be: one that is impossible gives way to the time of arrival, one that is
 * long ago stays; both are marked.
 */
export function toldTime(told: number | undefined, receiveTime: number): ToldTime {
  if (told === undefined) return { sourceTime: receiveTime, flags: 0 };
  if (!Number.isFinite(told) || told < EARLIEST || told > receiveTime + LATEST_AHEAD_MS)
    return { sourceTime: receiveTime, flags: Flag.clockSuspect };
  // A clock that runs ahead by less than what is suspect must not put a fix into the future.
  return { sourceTime: Math.min(told, receiveTime), flags: receiveTime - told > LATE_MS ? Flag.clockSuspect : 0 };
}
