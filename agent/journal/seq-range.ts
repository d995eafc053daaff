import type { Stream } from '#agent/model/record.ts';

/** Sequence numbers of one stream, both inclusive. */
export interface SeqRange {
  readonly first: number;
  readonly last: number;
}

export type LostRange = SeqRange & { readonly stream: Stream };

/** Adds a range behind the last one, joined to it where they touch. */
export function extendRanges(ranges: SeqRange[], first: number, last: number): void {
  const end = ranges.at(-1);
  if (end && end.last + 1 === first) ranges[ranges.length - 1] = { first: end.first, last };
  else ranges.push({ first, last });
}

/** What a set of saved ranges lacks between `from` and `to`, both inclusive. */
export function missingRanges(saved: readonly SeqRange[], from: number, to: number): SeqRange[] {
  const missing: SeqRange[] = [];
  let expected = from;
  for (const { first, last } of saved) {
    if (first > expected && expected <= to) missing.push({ first: expected, last: Math.min(first - 1, to) });
    expected = Math.max(expected, last + 1);
  }
  if (expected <= to) missing.push({ first: expected, last: to });
  return missing;
}
