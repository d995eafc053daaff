import type { Span } from './alarm-report.ts';

/**
 * A month of the site's own time, as UTC ms; it ends with `now` where it has not passed. Undefined for what is no month,
 * or has not begun.
 *
 * @param month `2026-11`
 * @param timezone IANA name
 */
export function monthSpan(month: string, timezone: string, now: number): Span | undefined {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(month)) return undefined;
  const first = Temporal.PlainYearMonth.from(month);
  const begin = (of: Temporal.PlainYearMonth): number =>
    of.toPlainDate({ day: 1 }).toZonedDateTime(timezone).epochMilliseconds;
  const from = begin(first);
  return from < now ? { from, to: Math.min(now, begin(first.add({ months: 1 }))) } : undefined;
}
