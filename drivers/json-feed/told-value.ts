/** Undefined where a value is no finite number and no text of one. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

const truths: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  ['1', true],
  ['true', true],
  [false, false],
  [0, false],
  ['0', false],
  ['false', false],
]);

/** Undefined where a value claims nothing: neither true nor false, 1 nor 0. */
export const asTruth = (value: unknown): boolean | undefined => truths.get(value);

const LONGEST_TEXT = 256;

/** Ids and names; undefined where there is none, or where it is longer than any. */
export function asText(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= LONGEST_TEXT ? text : undefined;
}

/** Seconds since 1970 stay below this until the year 5138; milliseconds were above it since 1973. */
const SECONDS_BELOW = 1e11;
const HAS_ZONE = /(?:[zZ]|[+-]\d\d:?\d\d)$/;

/**
 * UTC ms of what a message calls a time: seconds or milliseconds since 1970, or a text. `zone`, `+08:00` for instance, is
 * that of texts which name none. NaN for what is no time, undefined where there is nothing.
 */
export function asTime(value: unknown, zone: string | undefined): number | undefined {
  if (value === null || value === undefined) return undefined;
  const number = asNumber(value);
  if (number !== undefined) return Math.round(number < SECONDS_BELOW ? number * 1000 : number);
  if (typeof value !== 'string') return Number.NaN;
  const iso = value.trim().replace(' ', 'T');
  return Date.parse(zone === undefined || HAS_ZONE.test(iso) || !iso.includes('T') ? iso : `${iso}${zone}`);
}
