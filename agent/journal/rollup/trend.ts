import type { PointId } from '#agent/model/ids.ts';
import type { PointDictionary } from '../point-dictionary.ts';
import { emptyRollup, mergeRollup, type PointRollup } from './point-rollup.ts';
import { HOUR_MS, MINUTE_MS, type RollupKeeper } from './rollup-keeper.ts';
import type { RollupTable } from './rollup-table.ts';

export interface TrendQuery {
  readonly point: PointId;
  readonly resolution: 'minute' | 'hour';
  /** UTC ms; periods that touch [from, to) are given. */
  readonly from: number;
  readonly to: number;
}

/** One minute or hour of one point. Minimum, maximum and mean are of good values alone; absent where there was none. */
export interface TrendPoint {
  /** UTC ms, start of the period. */
  readonly start: number;
  readonly min?: number;
  readonly max?: number;
  /** To 32-bit float precision. */
  readonly mean?: number;
  /** The last value of the period that was not bad. */
  readonly last?: number;
  /** How many samples were of each quality. */
  readonly good: number;
  readonly uncertain: number;
  readonly bad: number;
}

export interface TrendTables {
  readonly rollups: RollupTable;
  readonly dictionary: PointDictionary;
}

/** Ascending by start, open periods included as far as they are counted. A period without samples is absent. */
export function readTrend(tables: TrendTables, keeper: Pick<RollupKeeper, 'peek'>, query: TrendQuery): TrendPoint[] {
  const number = tables.dictionary.known(query.point);
  if (number === undefined) return [];
  const level = query.resolution === 'minute' ? MINUTE_MS : HOUR_MS;
  const periods = new Map<number, PointRollup>();
  const add = (start: number, rollup: PointRollup | undefined): void => {
    if (rollup === undefined) return;
    const sum = periods.get(start) ?? emptyRollup();
    mergeRollup(sum, rollup);
    periods.set(start, sum);
  };
  for (const part of tables.rollups.range(level, query.from, query.to)) add(part.start, part.points.get(number));
  for (const open of keeper.peek(level, query.from, query.to)) {
    add(level === HOUR_MS ? Math.floor(open.start / HOUR_MS) * HOUR_MS : open.start, open.points.get(number));
  }
  return [...periods].sort(([a], [b]) => a - b).map(([start, rollup]) => toTrendPoint(start, rollup));
}

function toTrendPoint(start: number, rollup: PointRollup): TrendPoint {
  const { min, max, sum, numbers, last, good, uncertain, bad } = rollup;
  return {
    start,
    ...(numbers > 0 ? { min, max, mean: sum / numbers } : {}),
    ...(Number.isNaN(last) ? {} : { last }),
    good,
    uncertain,
    bad,
  };
}
