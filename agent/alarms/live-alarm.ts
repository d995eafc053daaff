import type { AlarmDefinition, AlarmOverlay, AlarmState } from '#agent/model/alarm.ts';
import type { Condition, Link, Reading } from './condition.ts';
import type { Decision, Shelf, Suppression } from './memory.ts';
import { visibleOverlay } from './state-table.ts';
import type { Timer } from './timers.ts';

/**
 * One alarm at work. Most alarms of a site are normal and always were, so that only what every sample needs stands here
 * and the rest is made when it is first needed.
 */
export interface LiveAlarm {
  readonly definition: AlarmDefinition;
  /** Absent for an alarm whose definition is gone. */
  readonly condition: Condition | undefined;
  /** Its point, or its source where the alarm watches a connection. */
  readonly input: Reading | Link;
  /** The condition as last judged on good evidence, before any delay. */
  holds: boolean;
  /** Set while time alone may change the verdict. */
  recheck: Timer<Due> | undefined;
  /** Of a bad-quality alarm: the communication alarm of its source, whose consequence it may be. */
  consequenceOf: LiveAlarm | undefined;
  life: Life | undefined;
}

export interface Life {
  state: AlarmState;
  occurrence: number;
  since: number;
  raisedAt: number | undefined;
  isUnannounced: boolean;
  isQualityLost: boolean;
  isRemoved: boolean;
  flags: number;
  /** The running delay: towards raising while the alarm is not abnormal, towards clearing while it is. */
  delay: Timer<Due> | undefined;
  /** What is left of an on-delay that waits for good evidence. */
  onDelayLeftMs: number | undefined;
  reAlarm: Timer<Due> | undefined;
  shelf: Shelf<Timer<Due>> | undefined;
  /** Runs when the connection is back and the alarm should not be its consequence much longer. */
  consequenceEnd: Timer<Due> | undefined;
  suppressedBy: readonly Suppression[];
  outOfService: Decision | undefined;
}

/** What a timer is for. */
export interface Due {
  readonly alarm: LiveAlarm;
  readonly act: 'delay' | 'recheck' | 're-alarm' | 'shelf-end' | 'consequence-end';
}

export const newLife = (): Life => ({
  state: 'normal',
  occurrence: 0,
  since: 0,
  raisedAt: undefined,
  isUnannounced: false,
  isQualityLost: false,
  isRemoved: false,
  flags: 0,
  delay: undefined,
  onDelayLeftMs: undefined,
  reAlarm: undefined,
  shelf: undefined,
  consequenceEnd: undefined,
  suppressedBy: [],
  outOfService: undefined,
});

export const overlayOf = (life: Life): AlarmOverlay =>
  visibleOverlay({
    isShelved: life.shelf !== undefined,
    isSuppressed: life.suppressedBy.length > 0,
    isOutOfService: life.outOfService !== undefined || life.isRemoved,
  });

/** Gas, SIS, fire, headcount and major-hazard alarms: no on-delay, no shelf, no suppression, whatever is configured. */
export const isStatutory = (definition: AlarmDefinition): boolean => definition.safetyRole !== 'none';

export const onDelayMs = (definition: AlarmDefinition): number => (isStatutory(definition) ? 0 : definition.onDelayMs);

/** Flags of the last input, or those remembered where none has come since the start. */
export function flagsOf({ input, life }: LiveAlarm): number {
  if ('point' in input) return input.sample?.flags ?? life?.flags ?? 0;
  return input.state === undefined ? (life?.flags ?? 0) : input.flags;
}
