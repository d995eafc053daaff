import { withoutPersons } from '#agent/model/persons.ts';
import type { Point } from '#agent/model/point.ts';
import type { JournalRecord, RecordReader } from '#agent/model/record.ts';
import { type AggregateOptions, createAggregation } from './aggregation.ts';
import { createPointFilter, type PointFilter } from './point-filter.ts';
import type { FilterOptions, ReceiverOptions, SamplingOptions } from '#agent/model/receiver.ts';
import { createThinning } from './thinning.ts';

/** What a receiver wants of the records of one stream, asked in their order. */
export interface Selection {
  /** All of the record, a part of it (some samples), what became of earlier ones, or nothing. */
  readonly select: (record: JournalRecord) => JournalRecord | undefined;
  /** The next record follows the number `after`, not the last one: what was sent before says nothing of what to send. */
  readonly restart: (after: number) => void;
}

export interface SelectionOptions {
  readonly filter?: FilterOptions;
  readonly people?: ReceiverOptions['people'];
  readonly sampling?: SamplingOptions;
  readonly points?: readonly Point[];
  /** For aggregates: what belongs to an interval of which the beginning was read before. */
  readonly reader?: Pick<RecordReader, 'read'>;
}

const NOT_TOLD = { zh: '不向该平台提供个人信息', en: 'who it was is not told to this receiver' } as const;

export function createSelection({ filter, people, sampling, points = [], reader }: SelectionOptions): Selection {
  const byPoint = filter ? createPointFilter(filter, points) : (record: JournalRecord) => record;
  const isWanted: PointFilter = (record) => {
    const wanted = byPoint(record);
    return wanted && people === 'nobody' ? withoutPersons(wanted, NOT_TOLD) : wanted;
  };
  if (!sampling || sampling.mode === 'every') return { select: isWanted, restart: () => undefined };
  if (sampling.mode === 'aggregate') return aggregating(sampling, { isWanted, points, reader });
  let isKept = createThinning(sampling, points);
  return {
    select(record) {
      const wanted = isWanted(record);
      if (wanted?.stream !== 'sample') return wanted;
      const body = wanted.body.filter(isKept);
      return body.length > 0 ? { ...wanted, body } : undefined;
    },
    restart() {
      isKept = createThinning(sampling, points);
    },
  };
}

/** Records looked back over at once, and at most: an interval is bounded by configuration, a burst of commits is not. */
const LOOK_BACK = 64;
const LOOK_BACK_MAX = 4_096;

interface AggregatingParts {
  readonly isWanted: PointFilter;
  readonly points: readonly Point[];
  readonly reader: SelectionOptions['reader'];
}

function aggregating(options: AggregateOptions, { isWanted, points, reader }: AggregatingParts): Selection {
  let aggregation = createAggregation(options, points);
  const take = (record: JournalRecord): JournalRecord | undefined => {
    const wanted = isWanted(record);
    if (record.stream !== 'sample') return wanted;
    const body = aggregation.take(record.time, wanted?.stream === 'sample' ? wanted.body : []);
    return body.length > 0 ? { ...record, body } : undefined;
  };
  return {
    select: take,
    restart(after) {
      aggregation = createAggregation(options, points);
      for (const record of intervalBefore(after, options.everyMs, reader)) take(record);
    },
  };
}

/** The records up to `after` that share its interval, and some before: they were told, and their sums are not. */
function intervalBefore(after: number, everyMs: number, reader: SelectionOptions['reader']): readonly JournalRecord[] {
  let found: readonly JournalRecord[] = [];
  if (!reader || after === 0) return found;
  for (let count = LOOK_BACK; count <= LOOK_BACK_MAX; count *= 2) {
    const from = Math.max(0, after - count);
    found = reader.read('sample', from, count, after + 1);
    const [first, last] = [found[0], found.at(-1)];
    if (from === 0 || !first || !last) break;
    if (Math.floor(first.time / everyMs) < Math.floor(last.time / everyMs)) break;
  }
  return found;
}
