import { defineComponent, ref, watch } from 'vue';
import { get, send } from '../live/api.ts';
import { alarmNews, overview } from '../live/live.ts';
import { may } from '../live/session.ts';
import type { AlarmView } from '../live/shapes.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { priorityMark } from '../parts/priority-mark.tsx';
import { dateTime, valueText } from '../words/figures.ts';
import { inLanguage, t } from '../words/words.ts';
import { AlarmHistory } from './alarm-history.tsx';
import { ShelveDialog } from './shelve-dialog.tsx';

const SHOWN = 200;

/** Alarms as they stand, the most urgent first; what was, on the second tab. */
export const Alarms = defineComponent(() => {
  const tab = ref<'now' | 'history'>('now');
  const text = ref('');
  const fault = ref('');
  const shelving = ref<AlarmView>();
  const list = load(() =>
    get<{ total: number; alarms: AlarmView[] }>(`alarms?limit=${SHOWN}&text=${encodeURIComponent(text.value)}`),
  );
  watch([alarmNews, text], list.reload);

  const act = async (alarm: AlarmView, action: string): Promise<void> => {
    try {
      await send('POST', `alarms/${encodeURIComponent(alarm.definition.id)}/${action}`);
      fault.value = '';
    } catch (error) {
      fault.value = error instanceof Error ? error.message : String(error);
    }
    list.reload();
  };

  const waiting = (): readonly AlarmView[] => (list.value.value?.alarms ?? []).filter(({ state }) => isWaiting(state));
  const acknowledgeShown = async (): Promise<void> => {
    for (const alarm of waiting()) await act(alarm, 'acknowledge');
  };

  const buttons = (alarm: AlarmView) => {
    if (!may('operator')) return undefined;
    const { state, overlay, definition } = alarm;
    return (
      <>
        {isWaiting(state) && <button onClick={() => void act(alarm, 'acknowledge')}>{t('alarm.acknowledge')}</button>}
        {state === 'latched-acknowledged' && (
          <button onClick={() => void act(alarm, 'reset')}>{t('alarm.reset')}</button>
        )}
        {overlay === 'shelved' ? (
          <button onClick={() => void act(alarm, 'unshelve')}>{t('alarm.unshelve')}</button>
        ) : (
          definition.safetyRole === 'none' && (
            <button class="plain" onClick={() => (shelving.value = alarm)}>
              {t('alarm.shelve')}
            </button>
          )
        )}
      </>
    );
  };

  const row = (alarm: AlarmView) => {
    const { definition, state, overlay, raisedAt, value, isQualityLost } = alarm;
    return (
      <tr key={definition.id} class={[state, overlay]}>
        <td>{priorityMark(definition.priority)}</td>
        <td>
          <b>{inLanguage(definition.message) || definition.id}</b>
          <small>{definition.id}</small>
          {definition.response && (
            <small>
              {t('alarm.response')}：{inLanguage(definition.response)}
            </small>
          )}
        </td>
        <td>
          {t(`alarm.state.${state}`)} {overlay !== 'none' && <em>{t(`alarm.overlay.${overlay}`)}</em>}
          {isQualityLost && <small class="fault">{t('alarm.quality-lost')}</small>}
        </td>
        <td class="number">{valueText(value)}</td>
        <td>{definition.zone}</td>
        <td>
          <time>{dateTime(raisedAt)}</time>
        </td>
        <td class="actions">{buttons(alarm)}</td>
      </tr>
    );
  };

  const table = () => (
    <table>
      <thead>
        <tr>
          <th>{t('alarm.priority')}</th>
          <th>{t('alarm.what')}</th>
          <th>{t('alarm.state')}</th>
          <th>{t('alarm.value')}</th>
          <th>{t('alarm.zone')}</th>
          <th>{t('alarm.since')}</th>
          <th />
        </tr>
      </thead>
      <tbody>{list.value.value?.alarms.map(row)}</tbody>
    </table>
  );

  const empty = () => {
    const sources = overview.value?.sources ?? [];
    const online = sources.filter(({ state }) => state === 'online').length;
    return <p class="note">{t('alarm.empty', { online, all: sources.length })}</p>;
  };

  return () => (
    <>
      <div class="bar">
        <div role="tablist">
          {(['now', 'history'] as const).map((name) => (
            <button role="tab" aria-selected={tab.value === name} onClick={() => (tab.value = name)}>
              {t(`alarm.${name}`)}
            </button>
          ))}
        </div>
        {tab.value === 'now' && (
          <>
            <input
              type="search"
              aria-label={t('alarm.search')}
              placeholder={t('alarm.search')}
              value={text.value}
              onInput={(event) => (text.value = (event.target as HTMLInputElement).value)}
            />
            {may('operator') && waiting().length > 1 && (
              <button onClick={() => void acknowledgeShown()}>
                {t('alarm.acknowledge-shown', { count: waiting().length })}
              </button>
            )}
          </>
        )}
      </div>
      {fault.value && (
        <p class="fault" role="alert">
          {fault.value}
        </p>
      )}
      {tab.value === 'history' ? (
        <AlarmHistory />
      ) : (
        (notLoaded(list) ?? (list.value.value?.total === 0 ? empty() : table()))
      )}
      {shelving.value && (
        <ShelveDialog
          alarm={shelving.value.definition.id}
          onDone={() => {
            shelving.value = undefined;
            list.reload();
          }}
        />
      )}
    </>
  );
});

const isWaiting = (state: AlarmView['state']): boolean =>
  state === 'unacknowledged' || state === 'returned' || state === 'latched';
