import { computed, defineComponent, onBeforeUnmount, onMounted, ref, watch } from 'vue';
import { get } from '../live/api.ts';
import { watchCalmly } from '../live/calm.ts';
import { alarmNews, overview } from '../live/live.ts';
import { may } from '../live/session.ts';
import type { AlarmView } from '../live/shapes.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { priorityMark } from '../parts/priority-mark.tsx';
import { windowRows } from '../parts/window-rows.ts';
import { dateTime, valueText } from '../words/figures.ts';
import { inLanguage, t } from '../words/words.ts';
import { alarmActions, isWaiting } from './alarm-actions.tsx';
import { AlarmDetail } from './alarm-detail.tsx';
import { ShelveDialog } from './shelve-dialog.tsx';

/** Rows asked for at once. */
const PAGE = 200;
const NARROW = matchMedia('(max-width: 45rem)');

/** Alarms as they stand, the most urgent first. Thousands stay smooth: what is not seen is neither asked for nor drawn. */
export const AlarmList = defineComponent(() => {
  const text = ref('');
  const offset = ref(0);
  const chosenId = ref<string>();
  const body = ref<HTMLElement>();
  const search = ref<HTMLInputElement>();
  const list = load(async () => {
    const from = offset.value;
    const query = `alarms?offset=${from}&limit=${PAGE}&text=${encodeURIComponent(text.value)}`;
    return { from, ...(await get<{ total: number; alarms: AlarmView[] }>(query)) };
  });
  const actions = alarmActions(list.reload);
  const total = (): number => list.value.value?.total ?? 0;
  const rowHeight = (): number =>
    (NARROW.matches ? 7 : 4) * Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const { seen, look } = windowRows({ host: body, rowHeight, total });

  watchCalmly(alarmNews, list.reload);
  watch(text, () => {
    offset.value = 0;
    list.reload();
  });
  watch(list.value, look, { flush: 'post' });
  watch(seen, ({ first, last }) => {
    if (first >= offset.value && last <= offset.value + PAGE) return;
    offset.value = Math.max(0, Math.floor((first + last - PAGE) / 2));
    list.reload();
  });

  const rows = computed(() => {
    const answer = list.value.value;
    const { first, last } = seen.value;
    return Array.from({ length: Math.max(0, Math.min(last, total()) - first) }, (_, index) => ({
      index: first + index,
      alarm: answer?.alarms[first + index - answer.from],
    }));
  });
  const chosen = computed(() => list.value.value?.alarms.find(({ definition }) => definition.id === chosenId.value));
  const waiting = computed(() => (list.value.value?.alarms ?? []).filter(isWaiting));
  const acknowledgeShown = async (): Promise<void> => {
    for (const alarm of waiting.value) await actions.act(alarm, 'acknowledge');
  };

  const step = (by: number): void => {
    const alarms = list.value.value?.alarms ?? [];
    const at = alarms.findIndex(({ definition }) => definition.id === chosenId.value);
    const next = alarms[Math.min(alarms.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    if (next) chosenId.value = next.definition.id;
    document.querySelector('tr.is-chosen')?.scrollIntoView({ block: 'nearest' });
  };
  const keys = (event: KeyboardEvent): void => {
    const isTyping = event.target instanceof HTMLElement && event.target.matches('input, select, textarea, dialog *');
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const alarm = chosen.value;
    const doing: Readonly<Record<string, () => void>> = {
      ArrowDown: () => step(1),
      ArrowUp: () => step(-1),
      j: () => step(1),
      k: () => step(-1),
      a: () => alarm && may('operator') && isWaiting(alarm) && void actions.act(alarm, 'acknowledge'),
      s: () => alarm && actions.mayShelve(alarm) && (actions.shelving.value = alarm),
      '/': () => search.value?.focus(),
      Escape: () => (chosenId.value = undefined),
    };
    const act = doing[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  onMounted(() => addEventListener('keydown', keys));
  onBeforeUnmount(() => removeEventListener('keydown', keys));

  const row = ({ index, alarm }: { readonly index: number; readonly alarm: AlarmView | undefined }) => {
    if (!alarm)
      return (
        <tr key={index} class="alarm-row is-coming">
          <td colspan={7}>{t('page.loading')}</td>
        </tr>
      );
    const { definition, state, overlay, raisedAt, value, isQualityLost } = alarm;
    return (
      <tr
        key={definition.id}
        class={['alarm-row', state, overlay, definition.priority, { 'is-chosen': chosenId.value === definition.id }]}
        onClick={() => (chosenId.value = definition.id)}
      >
        <td>{priorityMark(definition.priority)}</td>
        <td class="wide">
          <button
            class="plain message"
            aria-expanded={chosenId.value === definition.id}
            onClick={() => (chosenId.value = definition.id)}
          >
            {inLanguage(definition.message) || definition.id}
          </button>
          <small>{definition.id}</small>
        </td>
        <td>
          {t(`alarm.state.${state}`)} {overlay !== 'none' && <em>{t(`alarm.overlay.${overlay}`)}</em>}
          {isQualityLost && <small class="fault">{t('alarm.quality-lost-short')}</small>}
        </td>
        <td class="number">{valueText(value)}</td>
        <td>{definition.zone}</td>
        <td>
          <time>{dateTime(raisedAt)}</time>
        </td>
        <td class="actions">{actions.buttons(alarm)}</td>
      </tr>
    );
  };

  const room = (height: number) =>
    height > 0 && (
      <tr class="room" aria-hidden="true">
        <td colspan={7} style={{ height: `${height}px` }} />
      </tr>
    );

  const table = () => (
    <table class="alarm-table" aria-rowcount={total()}>
      <thead>
        <tr>
          <th>{t('alarm.priority')}</th>
          <th>{t('alarm.what')}</th>
          <th>{t('alarm.state')}</th>
          <th class="number">{t('alarm.value')}</th>
          <th>{t('alarm.zone')}</th>
          <th>{t('alarm.since')}</th>
          <th>
            <span class="unseen">{t('alarm.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody ref={body}>
        {room(seen.value.first * rowHeight())}
        {rows.value.map(row)}
        {room((total() - Math.max(seen.value.first, Math.min(seen.value.last, total()))) * rowHeight())}
      </tbody>
    </table>
  );

  const empty = () => {
    const sources = overview.value?.sources ?? [];
    const online = sources.filter(({ state }) => state === 'online').length;
    return <p class="empty">{t('alarm.empty', { online, all: sources.length })}</p>;
  };

  return () => (
    <>
      <div class="bar">
        <input
          ref={search}
          type="search"
          aria-label={t('alarm.search')}
          placeholder={t('alarm.search')}
          value={text.value}
          onInput={(event) => (text.value = (event.target as HTMLInputElement).value)}
        />
        <span class="note">{t('alarm.total', { count: total() })}</span>
        {may('operator') && waiting.value.length > 1 && (
          <button onClick={() => void acknowledgeShown()}>
            {t('alarm.acknowledge-shown', { count: waiting.value.length })}
          </button>
        )}
        <small class="keys">{t('alarm.keys')}</small>
      </div>
      {actions.fault.value && (
        <p class="fault" role="alert">
          {actions.fault.value}
        </p>
      )}
      {notLoaded(list) ?? (
        <div class={['alarms', { 'has-detail': chosen.value !== undefined }]}>
          {total() === 0 ? empty() : table()}
          {chosen.value && (
            <AlarmDetail alarm={chosen.value} actions={actions} onClose={() => (chosenId.value = undefined)} />
          )}
        </div>
      )}
      {actions.shelving.value && (
        <ShelveDialog
          alarm={actions.shelving.value.definition.id}
          onDone={() => {
            actions.shelving.value = undefined;
            list.reload();
          }}
        />
      )}
    </>
  );
});
