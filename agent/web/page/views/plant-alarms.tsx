import { defineComponent, onScopeDispose } from 'vue';
import type { StandingPlantAlarm } from '../../plant-alarms/standing-plant-alarms.ts';
import { get } from '../live/api.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { priorityMark } from '../parts/priority-mark.tsx';
import { dateTime } from '../words/figures.ts';
import { t } from '../words/words.ts';

const EVERY_MS = 3000;
const SHOWN = 500;

/** Alarms of the plant's own systems, as they stand there; shown and never touched. */
export const PlantAlarms = defineComponent(() => {
  const answer = load(() => get<{ alarms: StandingPlantAlarm[] }>('plant-alarms'));
  const timer = setInterval(() => {
    if (!document.hidden) answer.reload();
  }, EVERY_MS);
  onScopeDispose(() => clearInterval(timer));

  const row = (one: StandingPlantAlarm) => (
    <tr key={`${one.source} ${one.alarm}`} class={one.state}>
      <td>{priorityMark(one.priority)}</td>
      <td class="wide">
        <b>{one.message || one.condition}</b>
        <small>
          {one.sourceName} · {one.condition} · {one.source}
        </small>
      </td>
      <td>
        {t(`alarm.state.${one.state}`)} {one.overlay !== 'none' && t(`alarm.overlay.${one.overlay}`)}
        {one.quality !== 'Good' && <small class="quality bad">{one.quality}</small>}
      </td>
      <td class="number">{one.severity}</td>
      <td>
        <time>{dateTime(one.time)}</time>
      </td>
    </tr>
  );

  return () => {
    const alarms = answer.value.value?.alarms ?? [];
    return (
      notLoaded(answer) ?? (
        <>
          <p class="note">{t('alarm.plant-note')}</p>
          {alarms.length === 0 ? (
            <p class="empty">{t('alarm.plant-empty')}</p>
          ) : (
            <table>
              <thead>
                <tr>
                  <th>{t('alarm.priority')}</th>
                  <th>{t('alarm.what')}</th>
                  <th>{t('alarm.state')}</th>
                  <th class="number">{t('alarm.severity')}</th>
                  <th>{t('alarm.since')}</th>
                </tr>
              </thead>
              <tbody>{alarms.slice(0, SHOWN).map(row)}</tbody>
            </table>
          )}
          {alarms.length > SHOWN && <p class="note">{t('alarm.total', { count: alarms.length })}</p>}
        </>
      )
    );
  };
});
