import { describe, expect, it } from 'vitest';
import { lastMonths, monthSpan } from '#agent/web/page/parts/month-span.ts';

const iso = ({ from, to }: { readonly from: number; readonly to: number }) =>
  [from, to].map((time) => new Date(time).toISOString());

describe('the month of a report', () => {
  it('begins at midnight of the site, wherever the browser is', () => {
    expect(iso(monthSpan(2026, 11, 'Asia/Shanghai'))).toEqual(['2026-10-31T16:00:00.000Z', '2026-11-30T16:00:00.000Z']);
  });

  it('keeps to the clock of a zone with summer time', () => {
    expect(iso(monthSpan(2026, 3, 'Europe/Berlin'))).toEqual(['2026-02-28T23:00:00.000Z', '2026-03-31T22:00:00.000Z']);
  });

  it('is the running one first, and goes back over the turn of the year', () => {
    const months = lastMonths(Date.parse('2026-01-31T16:30:00Z'), 3, 'Asia/Shanghai').map((span) => iso(span)[0]);
    expect(months).toEqual(['2026-01-31T16:00:00.000Z', '2025-12-31T16:00:00.000Z', '2025-11-30T16:00:00.000Z']);
  });
});
