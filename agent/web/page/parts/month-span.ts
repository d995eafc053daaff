/** UTC ms; the end is exclusive. */
export interface MonthSpan {
  readonly from: number;
  readonly to: number;
}

/** A month as a clock in that zone has it. @param month - 1 … 12; beyond it goes on into the next or last year */
export function monthSpan(year: number, month: number, timeZone: string): MonthSpan {
  return { from: startOf(year, month, timeZone), to: startOf(year, month + 1, timeZone) };
}

/** The last months of a zone before a moment, the running one first. */
export function lastMonths(now: number, count: number, timeZone: string): readonly MonthSpan[] {
  const { year, month } = wallOf(now, timeZone);
  return Array.from({ length: count }, (_, back) => monthSpan(year, month - back, timeZone));
}

function startOf(year: number, month: number, timeZone: string): number {
  const wall = Date.UTC(year, month - 1, 1);
  const first = wall - offsetAt(wall, timeZone);
  // Once more: near a change of summer time the first guess may lie on its other side.
  return wall - offsetAt(first, timeZone);
}

/** How far the zone's clocks are ahead of UTC. Milliseconds. */
function offsetAt(time: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = wallOf(time, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(time / 1000) * 1000;
}

const parts = ['year', 'month', 'day', 'hour', 'minute', 'second'] as const;

function wallOf(time: number, timeZone: string): Readonly<Record<(typeof parts)[number], number>> {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  });
  const found = new Map(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const of = (part: (typeof parts)[number]): number => found.get(part) ?? 0;
  return {
    year: of('year'),
    month: of('month'),
    day: of('day'),
    hour: of('hour'),
    minute: of('minute'),
    second: of('second'),
  };
}
