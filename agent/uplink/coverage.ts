import type { JournalRecord, Stream } from '#agent/model/record.ts';
import type { Span } from './spans.ts';

export type Lane = 'alarm' | 'live' | 'backfill';

/**
 * Records of a span that have no message of their own, by cause. A message's `seq − after` equals the sum of these,
 * plus one if it carries a record: a receiver can prove that it has been told of every number.
 */
export interface Skipped {
  /** No longer in the journal; stream `gap` says when and why. */
  readonly expired: number;
  /** Not wanted by this receiver. */
  readonly filtered: number;
  /** Refused by this receiver, kept in quarantine. */
  readonly quarantined: number;
}

export const NONE_SKIPPED: Skipped = Object.freeze({ expired: 0, filtered: 0, quarantined: 0 });

/** One step along a stream: the numbers it accounts for and, in most cases, the record at its end. */
export interface Step {
  readonly stream: Stream;
  readonly span: Span;
  readonly skipped: Skipped;
  /** UTC ms at which the last record of the span was committed; absent if that is expired. */
  readonly time?: number;
  /** Absent: nothing of this span is sent. */
  readonly record?: JournalRecord;
}

const addSkipped = (a: Skipped, b: Skipped): Skipped => ({
  expired: a.expired + b.expired,
  filtered: a.filtered + b.filtered,
  quarantined: a.quarantined + b.quarantined,
});

/** Two neighbouring steps as one; the earlier carries no record. */
export const joinSteps = (earlier: Step, later: Step): Step => ({
  ...later,
  span: { after: earlier.span.after, seq: later.span.seq },
  skipped: addSkipped(earlier.skipped, later.skipped),
});

/** The step as it is told when its record can't be delivered. */
export const withoutRecord = ({ record, ...step }: Step): Step => ({
  ...step,
  skipped: record ? { ...step.skipped, quarantined: step.skipped.quarantined + 1 } : step.skipped,
});
