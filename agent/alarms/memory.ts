import type { AlarmDefinition, AlarmState } from '#agent/model/alarm.ts';
import type { AlarmId } from '#agent/model/ids.ts';

/**
 * All that must outlive the process, of one alarm that has ever left its initial state. Plain JSON. Stored in the same
 * transaction as the transitions of the step that changed it; a later memory of the same alarm replaces the earlier.
 *
 * It is never deleted: the occurrence number must go on counting, and a definition that comes back finds its state.
 */
export interface AlarmMemory {
  readonly alarm: AlarmId;
  /** As it was when last saved: a removed alarm can still be shown and told about. */
  readonly definition: AlarmDefinition;
  readonly state: AlarmState;
  readonly occurrence: number;
  /** UTC ms of the last change of `state`. */
  readonly since: number;
  /** UTC ms at which the occurrence began; absent before the first. */
  readonly raisedAt?: number;
  /** Raised under an overlay that has not been lifted since: nobody has been asked to acknowledge it. */
  readonly isUnannounced: boolean;
  /** The input is not good while the alarm is abnormal, and that has been told. */
  readonly isQualityLost: boolean;
  /** Bits of Flag of the last input; `sim` must not be lost by a restart. */
  readonly flags: number;
  /** Its definition is gone from the configuration, which has been told. */
  readonly isRemoved: boolean;
  /** The on-delay, while it runs or waits for good evidence. An off-delay is not kept: it starts again in full. */
  readonly onDelay?: Countdown;
  /** Until attention is asked for again. */
  readonly reAlarm?: Countdown;
  readonly shelf?: Shelf<Countdown>;
  /** Causes of suppression by design, in the order in which they came. */
  readonly suppressedBy?: readonly Suppression[];
  readonly outOfService?: Decision;
}

/** A duration on its way. */
export interface Countdown {
  /** What was left when this was saved. Milliseconds. */
  readonly remainingMs: number;
  /** UTC ms from which it has been running since; absent while it is halted. */
  readonly runningSince?: number;
}

/** Who decided something, when and why. */
export interface Decision {
  readonly by: string;
  readonly why: string;
  /** UTC ms. */
  readonly at: number;
}

export interface Shelf<Remaining> extends Decision {
  /** Also ends when the alarm clears. */
  readonly isOneShot: boolean;
  readonly remaining: Remaining;
}

export interface Suppression {
  /** What suppresses, stable: a rule's id, or the communication alarm whose consequence this is. */
  readonly cause: string;
  /** One sentence for a person. */
  readonly why: string;
  /** UTC ms. */
  readonly at: number;
}

/**
 * What is left of a countdown after a restart. The time in between is taken from the wall clock, the only one that
 * survives; if that was set back meanwhile nothing is subtracted, so it never lasts longer than was left, and if it was
 * set forward it ends early, which for an on-delay means raising and for a shelf means showing: the safe side.
 */
export function remainingAfterRestart(countdown: Countdown, nowUtcMs: number): number {
  if (countdown.runningSince === undefined) return countdown.remainingMs;
  const elapsed = Math.max(0, nowUtcMs - countdown.runningSince);
  return Math.max(0, countdown.remainingMs - elapsed);
}
