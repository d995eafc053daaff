const CHINA = '+08:00';
/** A smaller number counts seconds. */
const SECONDS_BELOW = 100_000_000_000;

/**
 * The time in a field of a declaration: ISO 8601, `2026-11-28 08:00:00`, `20261128080000`, seconds or milliseconds since
 * 1970; what names no zone is China's. UTC ms; undefined for nothing and for what is no time.
 */
export function declaredTime(field: string | number | boolean | null | undefined): number | undefined {
  if (typeof field === 'number') return field > 0 ? (field < SECONDS_BELOW ? field * 1000 : field) : undefined;
  if (typeof field !== 'string') return undefined;
  const text = field.trim().replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6');
  if (/^\d+$/.test(text)) return declaredTime(Number(text));
  const iso = text.replace(' ', 'T');
  const whole = /^\d{4}-\d\d-\d\d$/.test(iso) ? `${iso}T00:00:00` : iso;
  const time = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(whole) ? whole : whole + CHINA);
  return Number.isNaN(time) ? undefined : time;
}
