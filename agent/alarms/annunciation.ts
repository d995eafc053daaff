import type { AlarmTransition } from '#agent/model/alarm.ts';
import type { AlarmId } from '#agent/model/ids.ts';
import { isAbnormal } from './state-table.ts';

/** One moment at which an alarm asked people for attention. */
export interface Annunciation {
  readonly transition: AlarmTransition;
  /** Asked again while the alarm lasted (re-alarm). */
  readonly isReminder: boolean;
}

/**
 * Picks the moments at which people were asked, out of all transitions in their order: alarms raised in the open, and
 * alarms raised under an overlay when the last overlay is lifted while they are still unacknowledged.
 */
export function* annunciations(transitions: Iterable<AlarmTransition>): Iterable<Annunciation> {
  const hidden = new Set<AlarmId>();
  for (const transition of transitions) {
    const { alarm, event, from, to, overlay } = transition;
    if (event === 'raised' && overlay === 'none') yield { transition, isReminder: isAbnormal(from) };
    else if (event === 'raised') hidden.add(alarm);
    else if (to !== 'unacknowledged') hidden.delete(alarm);
    else if (overlay === 'none' && hidden.delete(alarm)) yield { transition, isReminder: false };
  }
}
