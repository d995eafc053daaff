import { ref } from 'vue';
import type { VNode } from 'vue';
import { send } from '../live/api.ts';
import { may } from '../live/session.ts';
import type { AlarmView } from '../live/shapes.ts';
import { t } from '../words/words.ts';

export type Action = 'acknowledge' | 'reset' | 'unshelve' | 'return-to-service';

export const isWaiting = ({ state }: Pick<AlarmView, 'state'>): boolean =>
  state === 'unacknowledged' || state === 'returned' || state === 'latched';

/** What people do to alarms; a refusal is told in the agent's words. */
export function alarmActions(afterwards: () => void) {
  const fault = ref('');
  const shelving = ref<AlarmView>();

  const act = async (alarm: AlarmView, action: Action, why?: string): Promise<void> => {
    try {
      await send('POST', `alarms/${encodeURIComponent(alarm.definition.id)}/${action}`, why ? { why } : {});
      fault.value = '';
    } catch (error) {
      fault.value = error instanceof Error ? error.message : String(error);
    }
    afterwards();
  };

  const mayShelve = ({ definition, overlay }: AlarmView): boolean =>
    may('operator') && overlay === 'none' && definition.safetyRole === 'none';

  const buttons = (alarm: AlarmView, hasAcknowledge = true): VNode | undefined => {
    if (!may('operator')) return undefined;
    const { state, overlay } = alarm;
    return (
      <>
        {hasAcknowledge && isWaiting(alarm) && (
          <button onClick={() => void act(alarm, 'acknowledge')}>{t('alarm.acknowledge')}</button>
        )}
        {state === 'latched-acknowledged' && (
          <button onClick={() => void act(alarm, 'reset')}>{t('alarm.reset')}</button>
        )}
        {overlay === 'shelved' && <button onClick={() => void act(alarm, 'unshelve')}>{t('alarm.unshelve')}</button>}
        {overlay === 'out-of-service' && may('engineer') && (
          <button onClick={() => void act(alarm, 'return-to-service')}>{t('alarm.return')}</button>
        )}
        {mayShelve(alarm) && (
          <button class="plain" onClick={() => (shelving.value = alarm)}>
            {t('alarm.shelve')}
          </button>
        )}
      </>
    );
  };

  return { act, buttons, fault, shelving, mayShelve };
}
