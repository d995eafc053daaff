import { defineComponent, onScopeDispose, reactive, ref, watch } from 'vue';
import { get, send } from '../live/api.ts';
import { values, watchValues } from '../live/live.ts';
import { may } from '../live/session.ts';
import type { PointView, Sample } from '../live/shapes.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { reading } from '../parts/reading.tsx';
import { dateTime, valueText } from '../words/figures.ts';
import { t } from '../words/words.ts';

interface Check {
  readonly time: number;
  readonly who: string;
  readonly read?: { readonly value: Sample['value']; readonly quality: string; readonly reason?: string };
  readonly instrument: Sample['value'];
  readonly verdict: 'good' | 'bad';
  readonly isSimulated: boolean;
  readonly remark: string;
}

interface Answer {
  readonly counts: { readonly open: number; readonly good: number; readonly bad: number };
  readonly total: number;
  readonly points: readonly (PointView & { readonly checks: readonly Check[] })[];
}

const states = ['any', 'open', 'bad', 'good'] as const;
const SHOWN = 200;

/** Point by point: what is read here, what the instrument shows, who compared them and when. */
export const LoopChecks = defineComponent(() => {
  const state = ref<(typeof states)[number]>('any');
  const text = ref('');
  const list = load(() =>
    get<Answer>(`loop-checks?limit=${SHOWN}&state=${state.value}&text=${encodeURIComponent(text.value)}`),
  );
  watch([state, text], list.reload);
  watch(list.value, (answer) => watchValues(answer?.points.map(({ id }) => id) ?? []));
  onScopeDispose(() => watchValues([]));
  const entered = reactive(new Map<string, { instrument: string; remark: string }>());
  const faults = reactive(new Map<string, string>());
  const entryOf = (id: string) => entered.get(id) ?? { instrument: '', remark: '' };

  const record = async (point: PointView, verdict?: 'bad'): Promise<void> => {
    const { instrument, remark } = entryOf(point.id);
    faults.delete(point.id);
    try {
      await send('POST', `points/${encodeURIComponent(point.id)}/loop-check`, {
        instrument: valueIn(instrument, point),
        remark,
        ...(verdict && { verdict }),
      });
      entered.delete(point.id);
      list.reload();
    } catch (error) {
      faults.set(point.id, error instanceof Error ? error.message : String(error));
    }
  };

  const field = (point: PointView, name: 'instrument' | 'remark') => (
    <input
      class={name}
      aria-label={`${t(`loop.${name}`)} ${point.id}`}
      placeholder={name === 'instrument' ? point.unit : t('loop.remark')}
      value={entryOf(point.id)[name]}
      onInput={(event) =>
        entered.set(point.id, { ...entryOf(point.id), [name]: (event.target as HTMLInputElement).value })
      }
      onKeydown={(event: KeyboardEvent) => event.key === 'Enter' && void record(point)}
    />
  );

  const form = (point: PointView) => (
    <div class="comparison">
      {field(point, 'instrument')}
      {field(point, 'remark')}
      <button disabled={entryOf(point.id).instrument === ''} onClick={() => void record(point)}>
        {t('loop.compare')}
      </button>
      <button class="plain" disabled={entryOf(point.id).instrument === ''} onClick={() => void record(point, 'bad')}>
        {t('loop.is-bad')}
      </button>
      {faults.has(point.id) && (
        <p class="fault" role="alert">
          {faults.get(point.id)}
        </p>
      )}
    </div>
  );

  const row = ({ checks, ...point }: Answer['points'][number]) => {
    const [last] = checks;
    return (
      <tr key={point.id} class={last?.verdict ?? 'open'}>
        <td>
          <b>{point.name}</b>
          {point.name !== point.id && <small>{point.id}</small>}
        </td>
        <td>{reading(point, values.value.get(point.id) ?? point.latest)}</td>
        {may('engineer') && <td class="unprinted">{form(point)}</td>}
        <td>
          <span class={['verdict-of-loop', last?.verdict ?? 'open']}>{t(`loop.${last?.verdict ?? 'open'}`)}</span>
          {last?.isSimulated && <span class="simulated">{t('loop.simulated')}</span>}
          {last && (
            <small>
              {valueText(last.read?.value, point.unit)}
              {last.read?.reason && ` (${last.read.reason})`} ↔ {valueText(last.instrument, point.unit)}
            </small>
          )}
          {last?.remark && <small>{last.remark}</small>}
        </td>
        <td>
          {last && (
            <>
              {last.who} <small>{dateTime(last.time)}</small>
            </>
          )}
        </td>
      </tr>
    );
  };

  return () => (
    <>
      <p class="note unprinted">{t('loop.help')}</p>
      <div class="bar">
        <input
          type="search"
          aria-label={t('alarm.search')}
          placeholder={t('alarm.search')}
          value={text.value}
          onInput={(event) => (text.value = (event.target as HTMLInputElement).value)}
        />
        <div class="group">
          {states.map((name) => (
            <button key={name} aria-pressed={state.value === name} onClick={() => (state.value = name)}>
              {t(`loop.${name}`)}
            </button>
          ))}
        </div>
        {list.value.value && <b role="status">{t('loop.counts', { ...list.value.value.counts })}</b>}
        <button onClick={() => window.print()}>{t('page.print')}</button>
      </div>
      {notLoaded(list) ??
        (list.value.value?.total === 0 ? (
          <p class="empty">{t('loop.empty')}</p>
        ) : (
          <table class="loops">
            <thead>
              <tr>
                <th>{t('loop.point')}</th>
                <th>{t('loop.reading')}</th>
                {may('engineer') && <th class="unprinted">{t('loop.instrument')}</th>}
                <th>{t('loop.verdict')}</th>
                <th>{t('loop.who')}</th>
              </tr>
            </thead>
            <tbody>{list.value.value?.points.map(row)}</tbody>
          </table>
        ))}
    </>
  );
});

/** What was typed, as the point has its values: a number, a text of its states, yes or no. */
function valueIn(typed: string, { kind, states }: PointView): number | boolean | string {
  const text = typed.trim();
  const [raw] = Object.entries(states ?? {}).find(([, words]) => words === text) ?? [];
  const value = raw ?? text;
  if (value === 'true' || value === 'false') return value === 'true';
  return kind !== 'text' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : value;
}
