import { defineComponent, shallowRef, watch } from 'vue';
import { get } from '../live/api.ts';
import { alarmNews } from '../live/live.ts';
import type { AlarmRecord } from '../live/shapes.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { priorityMark } from '../parts/priority-mark.tsx';
import { dateTime, valueText } from '../words/figures.ts';
import { t } from '../words/words.ts';
import type { Word } from '../words/words.ts';

interface Page {
  readonly records: readonly AlarmRecord[];
  readonly next: number | null;
}

/** Transitions, the newest first. */
export const AlarmHistory = defineComponent(() => {
  const older = shallowRef<readonly AlarmRecord[]>([]);
  const next = shallowRef<number | null>();
  const newest = load(() => get<Page>('alarms/history?limit=100'));
  watch(alarmNews, () => older.value.length === 0 && newest.reload());

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
      <td>{t(`alarm.event.${body.event}` as Word)}</td>
      <td class="number">{valueText(body.value)}</td>
      <td>
        {body.by} {body.why && <small>{body.why}</small>}
      </td>
    </tr>
  );

  return () =>
    notLoaded(newest) ?? (
      <>
        <table>
          <tbody>{[...(newest.value.value?.records ?? []), ...older.value].map(row)}</tbody>
        </table>
        {(next.value === undefined ? newest.value.value?.next : next.value) !== null && (
          <button onClick={() => void more()}>{t('alarm.older')}</button>
        )}
      </>
    );
});
