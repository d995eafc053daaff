import type { PointId } from '#agent/model/ids.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { FeedAddress, FeedQuantity } from './address.ts';

export type FeedFigures = Readonly<Record<FeedQuantity, number>>;

export interface FeedPoint {
  readonly id: PointId;
  readonly address: FeedAddress;
}

/** One sample for every point. `now` is the end of the interval, UTC ms. */
export const feedSamples = (points: readonly FeedPoint[], figures: FeedFigures, now: number, flags: number): Sample[] =>
  points.map(({ id, address: { quantity } }) => ({
    point: id,
    value: quantity === undefined ? null : figures[quantity],
    quality: quantity === undefined ? bad('no-such-address') : GOOD,
    sourceTime: now,
    receiveTime: now,
    flags,
  }));
