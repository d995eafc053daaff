import type { AlarmOverlay, AlarmPriority, AlarmState } from './alarm.ts';

/** Kind of the events by which plant alarms travel: one {@link SiteEvent} a change, with a {@link PlantAlarm} as detail. */
export const PLANT_ALARM_EVENT = 'plant-alarm';

/**
 * What happened to an alarm of the plant's own. Where one message says several things the first of this list is told;
 * state and overlay always say all.
 *
 * - `standing`: it stood already when we asked for the first time.
 * - `vanished`: it stood, and the plant does not know it any more: it ended while nobody watched.
 * - `changed`: another message, severity, quality or time, in the same state.
 */
export type PlantAlarmChange =
  | 'standing'
  | 'vanished'
  | 'raised'
  | 'cleared'
  | 'acknowledged'
  | 'removed-from-service'
  | 'returned-to-service'
  | 'suppressed'
  | 'unsuppressed'
  | 'shelved'
  | 'unshelved'
  | 'confirmed'
  | 'changed';

/**
 * An alarm that the plant's own system (DCS, SIS) raised, judged and acknowledged, in the words of our alarm model. It is
 * shown and passed on; Firewatch never judges, suppresses or acknowledges it. Flat, because it travels as an event's detail.
 */
export interface PlantAlarm {
  readonly origin: 'plant';
  /** Names it for ever within its source. */
  readonly alarm: string;
  readonly change: PlantAlarmChange;
  readonly state: Extract<AlarmState, 'normal' | 'unacknowledged' | 'acknowledged' | 'returned'>;
  readonly overlay: AlarmOverlay;
  /** From the severity, for sorting beside our own: over 800 critical, over 600 high, over 200 medium, else low. */
  readonly priority: AlarmPriority;
  /** 1 to 1000, as the plant says. */
  readonly severity: number;
  /** What kind of alarm, as the plant names it. */
  readonly condition: string;
  readonly message: string;
  /** Name and address of what it is about; the address is written as in a point's `address`. */
  readonly sourceName: string;
  readonly sourceNode: string;
  /** UTC ms by the plant's clock. */
  readonly time: number;
  /** Null where the plant does not ask for confirmation. */
  readonly isConfirmed: boolean | null;
  /** False: it is of no interest to anybody any more. */
  readonly isRetained: boolean;
  /** Of the values that it rests on, as the plant says: `Good`, `BadNoCommunication`. */
  readonly quality: string;
  /** The plant's own number of this message, hex. */
  readonly eventId: string;
}
