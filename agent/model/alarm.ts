import type { AlarmId, PointId, SourceId, ZoneId } from './ids.ts';
import type { SafetyRole } from './point.ts';
import type { Quality } from './quality.ts';
import type { SampleValue } from './sample.ts';

/** What makes the alarm. */
export type AlarmKind =
  | 'HH'
  | 'H'
  | 'L'
  | 'LL'
  | 'deviation'
  | 'rate-of-change'
  | 'state'
  | 'bad-quality'
  | 'communication';

/** ISA-18.2 priorities; the site decides what each means. Ordered from the most urgent. */
export type AlarmPriority = 'critical' | 'high' | 'medium' | 'low';

/**
 * Alarm states of ISA-18.2-2016 / IEC 62682 (letters as in the standard's diagram).
 *
 * | state                | letter | process   | acknowledged |
 * |----------------------|--------|-----------|--------------|
 * | `normal`             | A      | normal    | yes          |
 * | `unacknowledged`     | B      | abnormal  | no           |
 * | `acknowledged`       | C      | abnormal  | yes          |
 * | `returned`           | D      | normal    | no           |
 * | `latched`            | E      | normal    | no  (latch waits for acknowledge, then reset) |
 * | `latched-acknowledged` | F    | normal    | yes (latch waits for reset) |
 *
 * Shelved (G), suppressed by design (H) and out of service (I) lie over these: the process truth below keeps running
 * and keeps being recorded, see {@link AlarmOverlay}.
 */
export type AlarmState = 'normal' | 'unacknowledged' | 'acknowledged' | 'returned' | 'latched' | 'latched-acknowledged';

export type AlarmOverlay = 'none' | 'shelved' | 'suppressed' | 'out-of-service';

/** Text in both languages of the page. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

/**
 * One alarm as configured (one row of the master alarm database).
 * Times are milliseconds; limits and deadbands are in the point's engineering unit.
 */
export interface AlarmDefinition {
  readonly id: AlarmId;
  /** The point that it watches; absent for a communication alarm. */
  readonly point?: PointId;
  readonly source: SourceId;
  readonly condition: AlarmCondition;
  readonly priority: AlarmPriority;
  /** The condition must hold this long before the alarm is raised. Zero for statutory alarms. */
  readonly onDelayMs: number;
  /** The condition must be gone (beyond the deadband) this long before the alarm clears. */
  readonly offDelayMs: number;
  /** Stays until reset by a person, even when the process is normal again. */
  readonly latch: boolean;
  /**
   * Asks for attention again (`raised` with `from` = `unacknowledged` or `acknowledged`) each time the alarm has been
   * abnormal this long since it was last raised, acknowledged or shown. Milliseconds; absent: never.
   */
  readonly reAlarmMs?: number;
  /** Operator position or unit that the alarm belongs to, for lists and figures. */
  readonly group?: string;
  readonly safetyRole: SafetyRole;
  readonly zone?: ZoneId;
  readonly message?: Text;
  readonly cause?: Text;
  readonly consequence?: Text;
  readonly response?: Text;
}

export type AlarmCondition =
  | { readonly kind: 'HH' | 'H' | 'L' | 'LL'; readonly setpoint: number; readonly deadband: number }
  /** |value − target| beyond setpoint. The target is a number or another point. */
  | {
      readonly kind: 'deviation';
      readonly target: number | PointId;
      readonly setpoint: number;
      readonly deadband: number;
    }
  /** Change per second over the window beyond setpoint; rising, falling or both. */
  | {
      readonly kind: 'rate-of-change';
      readonly perSecond: number;
      readonly windowMs: number;
      readonly direction: 'rising' | 'falling' | 'both';
      readonly deadband: number;
    }
  /** The value is one of these. Compared after ingest, so booleans are true or false and enumerations numbers or texts. */
  | { readonly kind: 'state'; readonly values: readonly SampleValue[] }
  /** The point's quality is bad (or uncertain too, when so configured). */
  | { readonly kind: 'bad-quality'; readonly includeUncertain: boolean }
  /** The source is offline or degraded. */
  | { readonly kind: 'communication' };

/**
 * What happened to an alarm. One record of stream `alarm`. On disk before anybody hears of it.
 *
 * `raised` again while not normal (re-alarm) keeps the occurrence number and says `from` = `to`'s process part.
 */
export type AlarmEventName =
  | 'raised'
  | 'cleared'
  | 'acknowledged'
  | 'reset'
  | 'shelved'
  | 'unshelved'
  | 'suppressed'
  | 'unsuppressed'
  | 'removed-from-service'
  | 'returned-to-service'
  | 'quality-lost'
  | 'quality-regained';

export interface AlarmTransition {
  readonly alarm: AlarmId;
  readonly point?: PointId;
  readonly source: SourceId;
  readonly kind: AlarmKind;
  readonly event: AlarmEventName;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly overlay: AlarmOverlay;
  readonly priority: AlarmPriority;
  /** Counts how often this alarm has been raised from normal, since the journal began: 1, 2, …. */
  readonly occurrence: number;
  /** UTC ms by the agent's clock at which the transition was decided. */
  readonly time: number;
  /** UTC ms of the sample that caused it (source time), where a sample did. */
  readonly sourceTime?: number;
  /** Value and quality at the transition; absent for a communication alarm. */
  readonly value?: SampleValue;
  readonly quality?: Quality;
  /** The condition as it was then: limits change, records don't. */
  readonly condition: AlarmCondition;
  /** Who, for what a person did; `why` is the reason or comment given. */
  readonly by?: string;
  readonly why?: string;
  /** `suppressed` and `unsuppressed`: what suppresses, e.g. the communication alarm whose consequence this is. */
  readonly cause?: string;
  /** `shelved`: UTC ms at which the shelf ends at the latest. */
  readonly until?: number;
  readonly flags: number;
}

/** One alarm as it stands now, for the page, the demo and commands. */
export interface AlarmView {
  readonly definition: AlarmDefinition;
  readonly state: AlarmState;
  readonly overlay: AlarmOverlay;
  /** 0: never raised. */
  readonly occurrence: number;
  /** UTC ms of the last change of state; absent where there never was one. */
  readonly since?: number;
  /** UTC ms at which the present (or last) occurrence was raised. */
  readonly raisedAt?: number;
  /** The last sample of the point that is not backfilled; absent for a communication alarm and before the first sample. */
  readonly value?: SampleValue;
  readonly quality?: Quality;
  readonly sourceTime?: number;
  /** Bits of Flag, of the last input. */
  readonly flags: number;
  /** The alarm is abnormal and its input has not been good since: the process may be better or worse by now. */
  readonly isQualityLost: boolean;
  /** The definition is gone from the configuration; it remains only until acknowledged and reset. */
  readonly isRemoved: boolean;
  /** Shelved until (UTC ms, by the present wall clock), by whom and why; one-shot shelves also end when the alarm clears. */
  readonly shelf?: { readonly by: string; readonly why: string; readonly until: number; readonly isOneShot: boolean };
  /** Causes of suppression by design; empty where there is none. */
  readonly suppressedBy: readonly { readonly cause: string; readonly why: string; readonly at: number }[];
  readonly outOfService?: { readonly by: string; readonly why: string; readonly at: number };
}

/**
 * Suppression by design (ISA-18.2 state H): alarms that say nothing new while something else is so. Suppressed alarms
 * keep running and being recorded; they only don't ask for attention. Alarms with a statutory role are never suppressed,
 * and on doubt (an input that is not good, a cause that is itself shelved or out of service) nothing is. `why` is one sentence for
 * the operator.
 */
export type SuppressionRule =
  /** While the point's value is one of these, e.g. the unit is stopped. */
  | {
      readonly kind: 'plant-state';
      readonly id: string;
      readonly point: PointId;
      readonly values: readonly SampleValue[];
      readonly alarms: readonly AlarmId[];
      readonly why: string;
    }
  /** While the cause is abnormal; those that were already abnormal when it came stay as they are. */
  | {
      readonly kind: 'consequence';
      readonly id: string;
      readonly cause: AlarmId;
      readonly alarms: readonly AlarmId[];
      readonly why: string;
    }
  /** The first of the group to be raised speaks for the others while it is abnormal. */
  | { readonly kind: 'first-out'; readonly id: string; readonly alarms: readonly AlarmId[]; readonly why: string };
