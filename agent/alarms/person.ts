import type { LiveAlarm } from './live-alarm.ts';
import { apply } from './process.ts';
import type { Person, Run } from './run.ts';
import type { RefusalReason } from './state-table.ts';

/** What a person asks of one alarm. Shelving and its like are in overlay.ts. */
export type Act = (alarm: LiveAlarm, run: Run, person: Person) => RefusalReason | undefined;

export const acknowledge: Act = (alarm, run, person) => apply(alarm, 'acknowledge', run, person);

export const reset: Act = (alarm, run, person) => apply(alarm, 'reset', run, person);

const texts: Record<RefusalReason, string> = {
  'unknown-alarm': 'there is no alarm of this id',
  'no-name': 'the name of the person is missing; nobody acts here without one',
  'no-reason': 'the reason is missing',
  'not-raised': 'the alarm is normal: there is nothing to acknowledge or reset',
  'already-acknowledged': 'the alarm is already acknowledged',
  'not-acknowledged': 'the alarm is latched and not acknowledged; acknowledge it first, then reset it',
  'still-abnormal': 'the condition still holds; an alarm can be reset only when the process is normal again',
  'not-latched': 'the alarm does not latch; acknowledging it is enough',
  statutory: 'the alarm has a statutory role and cannot be shelved, suppressed or taken out of service here',
  'no-duration': 'a shelf needs a duration above zero; none lasts for ever',
  'too-long': 'the duration is beyond what is allowed for the priority of this alarm',
  'already-shelved': 'the alarm is already shelved; unshelve it before shelving it again',
  'not-shelved': 'the alarm is not shelved',
  'already-suppressed': 'the alarm is already suppressed for this cause',
  'not-suppressed': 'the alarm is not suppressed for this cause',
  'already-out-of-service': 'the alarm is already out of service',
  'not-out-of-service': 'the alarm is not out of service',
  'not-configured': 'the definition of the alarm is gone from the configuration; it can only be acknowledged and reset',
};

/** One sentence for the person whose wish is refused. */
export const refusalText = (alarm: string, reason: RefusalReason): string => `${alarm}: ${texts[reason]}`;
