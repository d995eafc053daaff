import type { Tick } from '../truth-log.ts';

/** UTC ms. */
export type Stretch = readonly [from: number, to: number];

/** Steps of the plant with `from ≤ time ≤ to`. */
export function ticksBetween(ticks: readonly Tick[], from: number, to: number): readonly Tick[] {
  return ticks.slice(firstAtOrAfter(ticks, from), firstAtOrAfter(ticks, to + 1));
}

function firstAtOrAfter(ticks: readonly Tick[], time: number): number {
  let [low, high] = [0, ticks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ticks[middle]?.time ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What is left of `[from, to]` without the stretches given. */
export function without([from, to]: Stretch, taken: readonly Stretch[]): Stretch[] {
  const sorted = taken.toSorted((a, b) => a[0] - b[0]);
  const left: Stretch[] = [];
  let start = from;
  for (const [first, last] of sorted) {
    if (last <= start || first >= to) continue;
    if (first > start) left.push([start, first]);
    start = Math.max(start, last);
  }
  if (start < to) left.push([start, to]);
  return left;
}

/** What of each stretch also lies in one of the others. */
export const within = (stretches: readonly Stretch[], others: readonly Stretch[]): Stretch[] =>
  stretches.flatMap(([from, to]) =>
    others.flatMap(([start, end]): Stretch[] =>
      start < to && end > from ? [[Math.max(from, start), Math.min(to, end)]] : [],
    ),
  );

/** Equal as far as the wire can tell: single precision, and half a count of a register. */
export function isSame(
  one: number | boolean | string | null,
  other: number | boolean | undefined,
  resolution: number,
): boolean {
  if (typeof one === 'number' && typeof other === 'number') {
    return Math.abs(one - other) <= 1e-6 * Math.max(Math.abs(other), 1) + resolution / 2;
  }
  // A contact over Modbus may come as a number.
  return typeof one === 'number' && typeof other === 'boolean' ? one === Number(other) : one === other;
}
