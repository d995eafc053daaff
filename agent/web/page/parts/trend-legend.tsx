import { computed, defineComponent, onScopeDispose, shallowRef, watch } from 'vue';
import { valueText } from '../words/figures.ts';
import { t } from '../words/words.ts';
import type { Span } from './chart-hands.ts';
import { chartLook } from './chart-look.ts';
import type { Line } from './trend-chart.tsx';

interface Props {
  readonly lines: readonly Line[];
  readonly span: Span;
  readonly version: number;
  /** Under the pointer; undefined: the newest value is shown. */
  readonly cursor: number | undefined;
}

/** Figures need not be new in each frame of a zoom. */
const CALM_MS = 200;
const levels = ['good', 'uncertain', 'bad'] as const;

/** What the lines are, with figures of what is seen. */
export const TrendLegend = defineComponent(
  (props: Props, { emit }) => {
    const settled = shallowRef(props.span);
    let timer: ReturnType<typeof setTimeout> | undefined;
    watch(
      () => props.span,
      () => {
        timer ??= setTimeout(() => {
          timer = undefined;
          settled.value = props.span;
        }, CALM_MS);
      },
    );
    onScopeDispose(() => clearTimeout(timer));
    const extents = computed(() => {
      const { from, to } = settled.value;
      return props.version >= 0 ? props.lines.map(({ series }) => series.extent(from, to)) : [];
    });

    const row = ({ id, label, unit, series }: Line, index: number) => {
      const extent = extents.value[index];
      const at = series.indexAt(props.cursor ?? props.span.to);
      const sample = at < 0 ? undefined : series.at(at);
      const level = levels[sample?.quality ?? 2] ?? 'bad';
      const look = chartLook();
      return (
        <tr key={id}>
          <td>
            <svg class="swatch" viewBox="0 0 16 8" aria-hidden="true">
              <line x1="0" y1="4" x2="16" y2="4" stroke={look.lines[index % look.lines.length]} stroke-width="3" />
            </svg>
            <b>{label}</b> {label !== id && <small>{id}</small>}
          </td>
          <td class="number">{sample && !Number.isNaN(sample.value) ? valueText(sample.value, unit) : '—'}</td>
          <td class={['quality', level]}>{sample ? t(`quality.${level}`) : '—'}</td>
          <td class="number">{valueText(extent?.low)}</td>
          <td class="number">{valueText(extent?.mean)}</td>
          <td class="number">{valueText(extent?.high)}</td>
          <td class="actions">
            <button class="plain" aria-label={`${t('trend.remove')} ${label}`} onClick={() => emit('remove', id)}>
              ✕
            </button>
          </td>
        </tr>
      );
    };
    return () => (
      // What the series hold is no state of the page; `version` says that it changed.
      <table class="legend" data-version={props.version}>
        <thead>
          <tr>
            <th>{t('source.point')}</th>
            <th class="number">{t(props.cursor === undefined ? 'trend.newest' : 'trend.at-pointer')}</th>
            <th>{t('source.quality')}</th>
            <th class="number">{t('trend.lowest')}</th>
            <th class="number">{t('trend.mean')}</th>
            <th class="number">{t('trend.highest')}</th>
            <th>
              <span class="unseen">{t('trend.remove')}</span>
            </th>
          </tr>
        </thead>
        <tbody>{props.lines.map(row)}</tbody>
      </table>
    );
  },
  { props: ['lines', 'span', 'version', 'cursor'], emits: ['remove'] },
);
