/** Whole numbers, kept as ranges; grows with the number of gaps, not of numbers. */
export interface NumberSet {
  /** Adds first … last; tells how many were new. */
  add(first: number, last: number): number;
  has(number: number): boolean;
  /** Numbers from 1 to `last` that are not in the set, as ranges. */
  missing(last: number): [first: number, last: number][];
  readonly highest: number;
}

export function createNumberSet(): NumberSet {
  let ranges: [number, number][] = [];
  const size = (): number => ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);

  return {
    add(first, last) {
      if (last < first) return 0;
      const newest = ranges.at(-1);
      if (newest && first === newest[1] + 1) {
        newest[1] = last;
        return last - first + 1;
      }
      const before = size();
      const kept: [number, number][] = [];
      let [low, high] = [first, last];
      for (const range of ranges) {
        if (range[1] < low - 1 || range[0] > high + 1) kept.push(range);
        else [low, high] = [Math.min(low, range[0]), Math.max(high, range[1])];
      }
      ranges = [...kept, [low, high] as [number, number]].sort((a, b) => a[0] - b[0]);
      return size() - before;
    },
    has: (number) => ranges.some(([first, last]) => first <= number && number <= last),
    missing(last) {
      const holes: [number, number][] = [];
      let expected = 1;
      for (const [first, end] of ranges) {
        if (first > last) break;
        if (first > expected) holes.push([expected, first - 1]);
        expected = end + 1;
      }
      if (expected <= last) holes.push([expected, last]);
      return holes;
    },
    get highest() {
      return ranges.at(-1)?.[1] ?? 0;
    },
  };
}
