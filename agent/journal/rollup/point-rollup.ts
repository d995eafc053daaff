/**
 * What a period says of one point. Minimum, maximum and mean are of good values alone; `last` is the last value that
 * was not bad. Booleans count as 0 and 1; texts are counted by quality only.
 */
export interface PointRollup {
  /** NaN where there was no good number. */
  min: number;
  max: number;
  sum: number;
  last: number;
  lastTime: number;
  /** How many good values are numbers: what the mean is of. */
  numbers: number;
  good: number;
  uncertain: number;
  bad: number;
}

export const emptyRollup = (): PointRollup => ({
  min: NaN,
  max: NaN,
  sum: 0,
  last: NaN,
  lastTime: -Infinity,
  numbers: 0,
  good: 0,
  uncertain: 0,
  bad: 0,
});

/** Adds `other` to `target`. */
export function mergeRollup(target: PointRollup, other: PointRollup): void {
  if (other.numbers > 0) {
    target.min = target.numbers === 0 ? other.min : Math.min(target.min, other.min);
    target.max = target.numbers === 0 ? other.max : Math.max(target.max, other.max);
  }
  target.sum += other.sum;
  target.numbers += other.numbers;
  target.good += other.good;
  target.uncertain += other.uncertain;
  target.bad += other.bad;
  if (!Number.isNaN(other.last) && other.lastTime >= target.lastTime) {
    target.last = other.last;
    target.lastTime = other.lastTime;
  }
}
