import type { AlarmCondition } from '#agent/model/alarm.ts';
import type { PointId, SourceId } from '#agent/model/ids.ts';
import { isUsable } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SourceState } from '#agent/model/source.ts';

/**
 * What the inputs say of a condition.
 *
 * - `in`, `out`: on good evidence.
 * - `unknown`: the evidence is good but does not suffice (yet).
 * - `untrusted`: an input is not good. Never raises and never clears.
 */
export type Verdict = 'in' | 'out' | 'unknown' | 'untrusted';

/** The last sample of a point, shared by all conditions that look at it. Backfilled samples never get here. */
export interface Reading {
  readonly point: PointId;
  sample: Sample | undefined;
}

/** The last known state of a source. */
export interface Link {
  readonly source: SourceId;
  state: SourceState | undefined;
  flags: number;
}

/** A condition, compiled to look at its own inputs. */
export interface Condition {
  /**
   * Judges the inputs as they are now. Called after every sample of an input.
   *
   * @param holds - what was judged last; a condition that holds goes only beyond its deadband
   * @param monotonicMs - now
   */
  judge(holds: boolean, monotonicMs: number): Verdict;
  /** After `in` or `unknown`: judge again after this time even if no sample comes, as time alone may change the verdict. */
  readonly recheckMs?: number | undefined;
}

/** The number in a reading, or NaN where there is none that may be trusted. */
export function trustedNumber(reading: Reading): number {
  const { sample } = reading;
  return sample !== undefined && isUsable(sample.quality) && typeof sample.value === 'number'
    ? sample.value
    : Number.NaN;
}

/** Conditions of one kind. */
export type ConditionOf<Kind extends AlarmCondition['kind']> = Extract<AlarmCondition, { readonly kind: Kind }>;
