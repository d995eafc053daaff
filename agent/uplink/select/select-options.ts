import type { PointKind } from '#agent/model/point.ts';
import type { Stream } from '#agent/model/record.ts';

/**
 * Which points a receiver gets. A point must meet every criterion that is given. What belongs to no point (a source's
 * communication alarm, an audit entry) is never filtered.
 */
export interface FilterOptions {
  /** Streams to which the filter applies; absent: all. `[sample]` lets every alarm through. */
  readonly streams?: readonly Stream[];
  /** Ids; `*` stands for any characters. */
  readonly points?: readonly string[];
  readonly kinds?: readonly PointKind[];
  readonly zones?: readonly string[];
  readonly hazardSources?: readonly string[];
  /** `any`: points that have a code. Otherwise codes; `*` stands for any characters. */
  readonly regulatorCodes?: 'any' | readonly string[];
}

/**
 * Which samples of a point a receiver gets. Nothing but samples is thinned, and a change of quality or flags always
 * goes. Repeats after an outage may hold more samples than the first time, never fewer.
 */
export type SamplingOptions =
  | { readonly mode: 'every' }
  | {
      readonly mode: 'on-change';
      /** A number goes when it differs from the last one sent by more than this share of the point's range, 0 … 1. */
      readonly deadband: number;
      /** And at the latest after this time, so that silence never means "unchanged". Milliseconds. */
      readonly atLeastEveryMs: number;
    }
  /** The first sample of a point in each interval of wall-clock time. Milliseconds. */
  | { readonly mode: 'interval'; readonly everyMs: number };
