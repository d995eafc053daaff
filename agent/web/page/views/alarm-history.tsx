import { defineComponent, shallowRef } from 'vue';
import { get } from '../live/api.ts';
import { watchCalmly } from '../live/calm.ts';
import { alarmNews } from '../live/live.ts';
import type { AlarmRecord } from '../live/shapes.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { priorityMark } from '../parts/priority-mark.tsx';
import { dateTime, valueText } from '../words/figures.ts';
import { codeText, t } from '../words/words.ts';

interface Page {
  readonly records: readonly AlarmRecord[];
  readonly next: number | null;
}

/** Transitions, the newest first. */
export const AlarmHistory = defineComponent(() => {
  const older = shallowRef<readonly AlarmRecord[]>([]);
  const next = shallowRef<number | null>();
  const newest = load(() => get<Page>('alarms/history?limit=100'));
  watchCalmly(alarmNews, () => {
    if (older.value.length === 0) newest.reload();
  });

  const more = async (): Promise<void> => {
    const before = next.value === undefined ? newest.value.value?.next : next.value;
    if (before === null || before === undefined) return;
    const page = await get<Page>(`alarms/history?limit=100&before=${before}`);
    older.value = [...older.value, ...page.records];
    next.value = page.next;
  };

  const row = ({ seq, body }: AlarmRecord) => (
    <tr key={seq}>
      <td>
        <time>{dateTime(body.time)}</time>
      </td>
      <td>{priorityMark(body.priority)}</td>
      <td>{body.alarm}</td>
      <td>{codeText('alarm.event', body.event)}</td>
      <td class="number">{valueText(body.value)}</td>
      <td>
        {body.by} {body.why && <small>{body.why}</small>}
      </td>
    </tr>
  );

  return () =>
    notLoaded(newest) ??
    (newest.value.value?.records.length === 0 ? (
      <p class="empty">{t('alarm.none-ever')}</p>
    ) : (
      <>
        <div class="scroll" tabindex={0} role="region" aria-label={t('alarm.history')}>
          <table>
            <thead>
              <tr>
                <th>{t('alarm.time')}</th>
                <th>{t('alarm.priority')}</th>
                <th>{t('alarm.what')}</th>
                <th>{t('alarm.event')}</th>
                <th class="number">{t('alarm.value')}</th>
                <th>{t('system.who')}</th>
              </tr>
            </thead>
            <tbody>{[...(newest.value.value?.records ?? []), ...older.value].map(row)}</tbody>
          </table>
        </div>
        {(next.value === undefined ? newest.value.value?.next : next.value) !== null && (
          <button onClick={() => void more()}>{t('alarm.older')}</button>
        )}
      </>
    ));
});
