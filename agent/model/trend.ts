import type { PointId } from './ids.ts';

/**
 * What is computed over the window; slope is per hour, by least squares; out-of-band is the share of good samples outside
 * the band, percent.
 */
export const trendFeatures = ['mean', 'rms', 'min', 'max', 'slope', 'out-of-band'] as const;
export type TrendFeature = (typeof trendFeatures)[number];

/** Features of one machine point over a sliding window. Times are milliseconds. */
export interface TrendDefinition {
  /** Unique in the site: `trend/P-1.vibration-day`. */
  readonly id: string;
  readonly point: PointId;
  readonly windowMs: number;
  readonly features: readonly { readonly feature: TrendFeature; readonly point: PointId }[];
  /** Where the value belongs, for out-of-band. */
  readonly band?: { readonly low?: number; readonly high?: number };
  /** Of the samples of the window, so many must be good, 0 to 1. */
  readonly leastGood: number;
  /** The machine runs while this point is above; samples count only once it has done so for `settleMs`. */
  readonly running?: { readonly point: PointId; readonly above: number; readonly settleMs: number };
  readonly repeatMs: number;
}
