import type { Bucket } from './buckets.ts';

/** All that must outlive the process, of one trend. Plain JSON. */
export interface TrendMemory {
  /** Where the trend's own time line stood at a UTC time, ms. */
  readonly at: number;
  readonly wall: number;
  /** Of every sample that has counted. */
  readonly flags: number;
  readonly buckets: readonly Bucket[];
}

const numbers = [
  'start',
  'good',
  'bad',
  'sum',
  'squares',
  'min',
  'max',
  'times',
  'timeSquares',
  'timeValues',
  'outside',
];

/** What was stored, if it can still be read. */
export function readTrendMemory(stored: unknown): TrendMemory | undefined {
  if (!isObject(stored) || !Array.isArray(stored['buckets'])) return undefined;
  const { at, wall, flags } = stored;
  const buckets: unknown[] = stored['buckets'];
  return typeof at === 'number' && typeof wall === 'number' && typeof flags === 'number' && buckets.every(isBucket)
    ? { at, wall, flags, buckets }
    : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isBucket = (value: unknown): value is Bucket =>
  isObject(value) && numbers.every((key) => Number.isFinite(value[key]));
