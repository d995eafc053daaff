import type { SampleValue } from '#agent/model/sample.ts';
import { defineComponent, onScopeDispose, ref, watch } from 'vue';
import { get } from '../live/api.ts';
import { overview, values, watchValues } from '../live/live.ts';
import type { PointView } from '../live/shapes.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { trendLink } from '../parts/reading.tsx';
import { clockTime, stateText, valueText } from '../words/figures.ts';
import { codeText, t } from '../words/words.ts';

const SHOWN = 300;

/** The number that the device gave, where the shown one is scaled; a state's own value where words stand for it. */
function asRead({ scale, states }: PointView, value: SampleValue | undefined) {
  const raw =
    scale && typeof value === 'number'
      ? Number(((value - scale.offset) / scale.factor).toPrecision(9))
      : states && value !== null
        ? value
        : undefined;
  return raw === undefined ? undefined : <small>{t('source.as-read', { value: String(raw) })}</small>;
}

/** Connections, and every point with its value of this moment and why it is bad. */
export const Sources = defineComponent(() => {
  const source = ref('');
  const text = ref('');
  const onlyBad = ref(false);
  const list = load(() =>
    get<{ total: number; points: PointView[] }>(
      `points?limit=${SHOWN}&text=${encodeURIComponent(text.value)}&quality=${onlyBad.value ? 'not-good' : 'any'}${
        source.value === '' ? '' : `&source=${encodeURIComponent(source.value)}`
      }`,
    ),
  );
  watch([source, text, onlyBad], list.reload);
  watch(list.value, (answer) => watchValues(answer?.points.map(({ id }) => id) ?? []));
  onScopeDispose(() => watchValues([]));

  const connections = () => (
    <ul class="cards">
      {overview.value?.sources.map(({ id, name, kind, state, reason, points, perSecond }) => (
        <li key={id}>
          <button
            class={['card', source.value === id ? 'is-chosen' : '']}
            aria-pressed={source.value === id}
            onClick={() => (source.value = source.value === id ? '' : id)}
          >
            <span class={['state', state]}>{t(`source.state.${state}`)}</span>
            <b>{name}</b>
            <small>
              {id} · {kind} · {t('source.points', { count: points })} ·{' '}
              {t('overview.rate', { rate: perSecond.toFixed(0) })}
            </small>
            {reason && <small class="fault">{reason}</small>}
          </button>
        </li>
      ))}
    </ul>
  );

  const row = (point: PointView) => {
    const sample = values.value.get(point.id) ?? point.latest;
    const quality = sample?.quality ?? { level: 'bad' as const, reason: 'not-yet-read' };
    return (
      <tr key={point.id} class={quality.level}>
        <td>
          <b>{point.name}</b>
          {point.name !== point.id && <small>{point.id}</small>}
          {point.address !== null && <small class="address">{point.address}</small>}
        </td>
        <td class="actions">{point.kind !== 'text' && trendLink([point.id], t('menu.trends'))}</td>
        <td class="number">
          {point.states ? stateText(point.states, sample?.value) : valueText(sample?.value, point.unit)}
          {asRead(point, sample?.value)}
        </td>
        <td class={['quality', quality.level]}>
          {t(`quality.${quality.level}`)} {quality.reason && <small>{codeText('reason', quality.reason)}</small>}
        </td>
        <td>
          <time>{clockTime(sample?.sourceTime)}</time>
        </td>
      </tr>
    );
  };

  return () => (
    <>
      {connections()}
      <div class="bar">
        <input
          type="search"
          aria-label={t('alarm.search')}
          placeholder={t('alarm.search')}
          value={text.value}
          onInput={(event) => (text.value = (event.target as HTMLInputElement).value)}
        />
        <label class="inline">
          <input type="checkbox" checked={onlyBad.value} onChange={() => (onlyBad.value = !onlyBad.value)} />
          {t('source.only-bad')}
        </label>
      </div>
      {notLoaded(list) ??
        (list.value.value?.total === 0 ? (
          <p class="note">{t('source.empty')}</p>
        ) : (
          <table>
            <thead>
              <tr>
                <th>{t('source.point')}</th>
                <th>
                  <span class="unseen">{t('menu.trends')}</span>
                </th>
                <th class="number">{t('source.value')}</th>
                <th>{t('source.quality')}</th>
                <th>{t('source.time')}</th>
              </tr>
            </thead>
            <tbody>{list.value.value?.points.map(row)}</tbody>
          </table>
        ))}
    </>
  );
});
