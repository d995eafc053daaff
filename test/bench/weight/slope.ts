/** One reading: when or after how many of something, and what was found. */
export type Reading = readonly [at: number, value: number];

/** Median of the slopes between all pairs (Theil–Sen): one late release or one settled cache moves it little. */
export function slope(readings: readonly Reading[]): number {
  const slopes = readings
    .flatMap(([from, low], index) => readings.slice(index + 1).map(([to, high]) => (high - low) / (to - from)))
    .toSorted((one, other) => one - other);
  return slopes[Math.floor(slopes.length / 2)] ?? NaN;
}
