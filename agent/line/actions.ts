import type { AlarmEngine } from '#agent/alarms/engine.ts';
import type { Answer } from '#agent/alarms/step.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { AlarmId } from '#agent/model/ids.ts';
import type { AuditEntry } from '#agent/model/record.ts';
import type { LedgerEntry } from './ledger.ts';

/**
 * What people may do to alarms; nothing of it reaches the plant. Each answer says whether it was done or why not. What was
 * done stands in stream `audit`, committed together with what it changed.
 */
export type AlarmActions = Pick<
  AlarmEngine,
  'acknowledge' | 'reset' | 'shelve' | 'unshelve' | 'removeFromService' | 'returnToService'
>;

export interface ActionParts {
  /** The one of this moment. */
  readonly engine: () => AlarmActions;
  readonly clock: Clock;
  readonly enter: (entry: LedgerEntry) => void;
}

export function auditedActions({ engine, clock, enter }: ActionParts): AlarmActions {
  /** A refused wish may have found something due: its step counts all the same. */
  const answered = (answer: Answer, done: Omit<AuditEntry, 'time'>): Answer => {
    const entry: AuditEntry = { time: clock.now(), ...done };
    enter({ step: answer.step, drafts: answer.accepted ? [{ stream: 'audit', body: entry }] : [] });
    return answer;
  };
  const because = (why: string | undefined): Pick<AuditEntry, 'detail'> =>
    why === undefined ? {} : { detail: { why } };
  const simply =
    (name: Exclude<keyof AlarmActions, 'shelve' | 'removeFromService'>, action: string) =>
    (what: AlarmId, who: string, why?: string): Answer =>
      answered(engine()[name](what, who, why), { who, action, what, ...because(why) });

  return {
    acknowledge: simply('acknowledge', 'alarm.acknowledge'),
    reset: simply('reset', 'alarm.reset'),
    unshelve: simply('unshelve', 'alarm.unshelve'),
    returnToService: simply('returnToService', 'alarm.return-to-service'),
    shelve: (what, request) => {
      const { by: who, why, forMs, isOneShot } = request;
      const detail = { why, forMs, isOneShot };
      return answered(engine().shelve(what, request), { who, action: 'alarm.shelve', what, detail });
    },
    removeFromService: (what, who, why) =>
      answered(engine().removeFromService(what, who, why), {
        who,
        action: 'alarm.remove-from-service',
        what,
        ...because(why),
      }),
  };
}
