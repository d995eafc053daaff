const WRAP = 2 ** 32;
const SECOND = 1000;
/** A reading of the four bytes further from now than this is not what was meant. */
const NEAR_MS = 600_000;

/**
 * The time in a record of the old kind: four bytes, of which some hubs say seconds since 1970 and others the low bytes of
 * the milliseconds. Undefined where neither gives a time near to the arrival. UTC ms.
 */
export function shortTime(value: number, receiveTime: number): number | undefined {
  const seconds = value * SECOND;
  if (Math.abs(receiveTime - seconds) <= NEAR_MS) return seconds;
  const wraps = Math.round((receiveTime - value) / WRAP);
  const millis = wraps * WRAP + value;
  return Math.abs(receiveTime - millis) <= NEAR_MS ? millis : undefined;
}
