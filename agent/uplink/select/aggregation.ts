import { hasFlag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { type Quality, uncertain, worst } from '#agent/model/quality.ts';
import type { AggregateName, SamplingOptions } from '#agent/model/receiver.ts';
import type { Sample } from '#agent/model/sample.ts';

export type AggregateOptions = Extract<SamplingOptions, { mode: 'aggregate' }>;

/**
 * Turns a site's samples into a few numbers a point and interval. An interval is one of commit time, so that its end is
 * known from the records alone and the same records always give the same numbers. It is told with the first record
 * after it.
 */
export interface Aggregation {
  /** What goes with this record: the numbers of the interval that it ends, and samples that can't be summed up. */
  take(committedAt: number, samples: readonly Sample[]): readonly Sample[];
}

/** What is known of one point in the interval under way. */
interface Tally {
  sum: number;
  usable: number;
  low: Sample | undefined;
  high: Sample | undefined;
  last: Sample;
  flags: number;
  /** The worst seen, with its reason. */
  quality: Quality;
}

export function createAggregation({ everyMs, values }: AggregateOptions, points: readonly Point[]): Aggregation {
  const kinds = new Map<string, boolean>(points.map((point) => [point.id, isNumeric(point)]));
  const tallies = new Map<string, Tally>();
  /** Of points that are no numbers, what was sent last. */
  const states = new Map<string, Sample>();
  let interval: number | undefined;

  const close = (): Sample[] => {
    const told = [...tallies.values()].flatMap((tally) => values.map((name) => aggregate(name, tally)));
    tallies.clear();
    return told;
  };

  const isNews = (sample: Sample): boolean => {
    const before = states.get(sample.point);
    states.set(sample.point, sample);
    const isSame =
      before?.value === sample.value &&
      before.flags === sample.flags &&
      before.quality.level === sample.quality.level &&
      before.quality.reason === sample.quality.reason;
    return !isSame;
  };

  return {
    take(committedAt, samples) {
      const current = Math.floor(committedAt / everyMs);
      const told = interval === current ? [] : close();
      interval = current;
      for (const sample of samples) {
        // What a device kept for itself belongs to the interval of its own time, which was told long ago.
        if (hasFlag(sample.flags, 'backfilled')) told.push(sample);
        else if (kinds.get(sample.point) ?? typeof sample.value === 'number') add(tallies, sample);
        else if (isNews(sample)) told.push(sample);
      }
      return told;
    },
  };
}

function add(tallies: Map<string, Tally>, sample: Sample): void {
  const known = tallies.get(sample.point);
  const tally = known ?? {
    sum: 0,
    usable: 0,
    low: undefined,
    high: undefined,
    last: sample,
    flags: 0,
    quality: sample.quality,
  };
  if (!known) tallies.set(sample.point, tally);
  tally.last = sample;
  tally.flags |= sample.flags;
  tally.quality = worst(tally.quality, sample.quality);
  const { value } = sample;
  if (typeof value !== 'number' || !Number.isFinite(value) || sample.quality.level === 'bad') return;
  tally.sum += value;
  tally.usable += 1;
  if (typeof tally.low?.value !== 'number' || value < tally.low.value) tally.low = sample;
  if (typeof tally.high?.value !== 'number' || value > tally.high.value) tally.high = sample;
}

function aggregate(name: AggregateName, tally: Tally): Sample {
  const { last, flags, usable, quality } = tally;
  const point = pointId(aggregateId(last.point, name));
  if (name === 'last') return { ...last, point };
  if (name === 'count') return { ...last, point, value: usable, quality: soften(quality), flags };
  if (usable === 0) return { ...last, point, value: null, quality, flags };
  const honest = soften(quality);
  if (name === 'mean') return { ...last, point, value: tally.sum / usable, quality: honest, flags };
  const extreme = (name === 'min' ? tally.low : tally.high) ?? last;
  return { ...extreme, point, quality: honest, flags };
}

/** Some of the interval is usable: a number of it is never good, and says why; nor is it nothing. */
const soften = (quality: Quality): Quality =>
  quality.level === 'bad' ? uncertain(quality.reason, quality.raw) : quality;

const isNumeric = ({ kind }: Point): boolean => kind !== 'state' && kind !== 'text';

const aggregateId = (point: string, name: AggregateName): string => `${point}/${name}`;

/** The points under which aggregates are told, after those of the site. */
export const aggregatePoints = (points: readonly Point[], { values }: AggregateOptions): Point[] =>
  points.filter(isNumeric).flatMap((point) =>
    values.map((name) => ({
      ...point,
      id: pointId(aggregateId(point.id, name)),
      ...(name === 'count' ? { unit: '', kind: 'number' as const } : {}),
    })),
  );
