import type { z } from 'zod';
import { flagNames } from '#agent/model/flags.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import type { messages } from './firewatch-json-schema.ts';
import { scaledValues } from './scaled-values.ts';
import { shortestFloat32 } from './shortest-float32.ts';

type Columns = z.input<typeof messages.sample>['body'];
type QualityRun = Columns['quality'][number];
type FlagRun = Columns['flags'][number];

/** The places of points that a receiver has been told of before. */
export interface KnownPoints {
  readonly catalog: string;
  readonly places: ReadonlyMap<string, number>;
}

/**
 * Samples as columns: names once, places and times as differences, quality and flags as runs. With known points, which
 * only `wire: compact` has, numbers of 32 bits are written with the digits that they have, and few decimals as integers.
 */
export function sampleColumns(samples: readonly Sample[], known?: KnownPoints): Columns {
  const places = new Map<string, number>();
  let placeBefore = 0;
  const columns = {
    ...(known ? { catalog: known.catalog } : {}),
    points: [] as string[],
    point: [] as number[],
    value: [] as SampleValue[],
    sourceTime: [] as number[],
    receiveTime: [] as number[],
    quality: [] as QualityRun[],
    flags: [] as FlagRun[],
  };
  const float32: number[] = [];
  let before: Sample | undefined;
  for (const sample of samples) {
    let place = known?.places.get(sample.point) ?? places.get(sample.point);
    if (place === undefined) {
      place = (known?.places.size ?? 0) + columns.points.push(sample.point) - 1;
      places.set(sample.point, place);
    }
    columns.point.push(place - placeBefore);
    placeBefore = place;
    columns.value.push(known ? shorter(sample.value, float32, columns.value.length) : jsonValue(sample.value));
    columns.sourceTime.push(sample.sourceTime - (before?.sourceTime ?? 0));
    columns.receiveTime.push(sample.receiveTime - (before?.receiveTime ?? 0));
    const quality = columns.quality.at(-1);
    if (quality && before && isSameQuality(before.quality, sample.quality)) quality.count += 1;
    else columns.quality.push({ count: 1, ...jsonQuality(sample.quality) });
    const flags = columns.flags.at(-1);
    if (flags && before?.flags === sample.flags) flags.count += 1;
    else columns.flags.push({ count: 1, flags: flagNames(sample.flags) });
    before = sample;
  }
  const scaled = known && scaledValues(columns.value);
  return {
    ...columns,
    ...(scaled && { value: [], scaled }),
    ...(float32.length > 0 && { float32 }),
  };
}

/**
 * The value as it is written at this place.
 *
 * @param turns places where the reading of numbers changes, from as they stand to rounded to float32 and back; added to
 */
function shorter(value: SampleValue, turns: number[], place: number): SampleValue {
  if (typeof value !== 'number' || !Number.isFinite(value)) return jsonValue(value);
  const short = shortestFloat32(value);
  // What is the same read either way changes nothing.
  if (short === value) return value;
  const isRounded = turns.length % 2 === 1;
  if (isRounded !== (short !== undefined)) turns.push(place);
  return short ?? value;
}

/** JSON has no word for these numbers, and null would say that no value was obtained. */
export const jsonValue = (value: SampleValue): SampleValue =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

export const jsonQuality = (quality: Quality): { level: Quality['level']; reason?: string; raw?: number } => ({
  level: quality.level,
  ...(quality.reason === undefined ? {} : { reason: quality.reason }),
  ...(quality.raw === undefined ? {} : { raw: quality.raw }),
});

const isSameQuality = (a: Quality, b: Quality): boolean =>
  a === b || (a.level === b.level && a.reason === b.reason && a.raw === b.raw);
