import type { Point } from '#agent/model/point.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import { createPointFilter } from './point-filter.ts';
import type { FilterOptions, SamplingOptions } from '#agent/model/receiver.ts';
import { createThinning } from './thinning.ts';

/** What a receiver wants of the records of one stream, asked in their order. */
export interface Selection {
  /** All of the record, a part of it (some samples), or nothing. */
  readonly select: (record: JournalRecord) => JournalRecord | undefined;
  /** The next record does not follow the last one: what was sent before says nothing about what to send now. */
  readonly restart: () => void;
}

export interface SelectionOptions {
  readonly filter?: FilterOptions;
  readonly sampling?: SamplingOptions;
  readonly points?: readonly Point[];
}

export function createSelection({ filter, sampling, points = [] }: SelectionOptions): Selection {
  const isWanted = filter ? createPointFilter(filter, points) : (record: JournalRecord) => record;
  if (!sampling || sampling.mode === 'every') return { select: isWanted, restart: () => undefined };
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
