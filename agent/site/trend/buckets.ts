import type { TrendDefinition, TrendFeature } from '#agent/model/trend.ts';

/** Sums over a part of the window; times in hours since its start. Plain JSON. */
export interface Bucket {
  /** Milliseconds on the trend's own time line. */
  readonly start: number;
  good: number;
  bad: number;
  sum: number;
  squares: number;
  min: number;
  max: number;
  times: number;
  timeSquares: number;
  timeValues: number;
  /** Good samples outside the band. */
  outside: number;
}

const HOUR_MS = 3_600_000;

export const emptyBucket = (start: number): Bucket => ({
  start,
  good: 0,
  bad: 0,
  sum: 0,
  squares: 0,
  min: Number.MAX_VALUE,
  max: -Number.MAX_VALUE,
  times: 0,
  timeSquares: 0,
  timeValues: 0,
  outside: 0,
});

export function addTo(bucket: Bucket, value: number, at: number, band: TrendDefinition['band']): void {
  const time = (at - bucket.start) / HOUR_MS;
  bucket.good += 1;
  bucket.sum += value;
  bucket.squares += value * value;
  bucket.min = Math.min(bucket.min, value);
  bucket.max = Math.max(bucket.max, value);
  bucket.times += time;
  bucket.timeSquares += time * time;
  bucket.timeValues += time * value;
  if (value < (band?.low ?? -Infinity) || value > (band?.high ?? Infinity)) bucket.outside += 1;
}

/** Undefined where there are too few good samples for it. */
export function featureOf(feature: TrendFeature, buckets: readonly Bucket[]): number | undefined {
  const good = total(buckets, ({ good: count }) => count);
  if (good === 0) return undefined;
  if (feature === 'mean') return total(buckets, ({ sum }) => sum) / good;
  if (feature === 'rms') return Math.sqrt(total(buckets, ({ squares }) => squares) / good);
  if (feature === 'min') return Math.min(...buckets.map(({ min }) => min));
  if (feature === 'out-of-band') return (100 * total(buckets, ({ outside }) => outside)) / good;
  if (feature === 'max') return Math.max(...buckets.map(({ max }) => max));
  return slopeOf(buckets, good);
}

/** Per hour. Each bucket's sums are moved to the start of the first. */
function slopeOf(buckets: readonly Bucket[], good: number): number | undefined {
  const origin = buckets[0]?.start ?? 0;
  const shift = ({ start }: Bucket): number => (start - origin) / HOUR_MS;
  const times = total(buckets, (one) => one.times + one.good * shift(one));
  const squares = total(
    buckets,
    (one) => one.timeSquares + 2 * shift(one) * one.times + one.good * shift(one) * shift(one),
  );
  const products = total(buckets, (one) => one.timeValues + shift(one) * one.sum);
  const sum = total(buckets, (one) => one.sum);
  const spread = good * squares - times * times;
  return spread <= Number.EPSILON * good * squares ? undefined : (good * products - times * sum) / spread;
}

export const total = (buckets: readonly Bucket[], of: (bucket: Bucket) => number): number =>
  buckets.reduce((all, bucket) => all + of(bucket), 0);
