import { computed, defineComponent, onScopeDispose, watch } from 'vue';
import { get } from '../live/api.ts';
import type { PointView } from '../live/shapes.ts';
import { load } from '../parts/loaded.tsx';
import { reading, trendLink } from '../parts/reading.tsx';
import { t } from '../words/words.ts';

const AGAIN_MS = 5000;
const figures = [
  'tags',
  'tags-silent',
  'fix-rate',
  'accuracy-p50',
  'accuracy-p95',
  'accuracy-max',
  'accuracy-fixes',
  'accuracy-interval',
] as const;

/** How well the locating systems work: tags, and the errors at surveyed places where there are such tags. */
export const PositioningQuality = defineComponent(
  (props: { readonly headcounts: readonly string[] }) => {
    const ids = computed(() => props.headcounts.flatMap((one) => figures.map((figure) => `${one}.${figure}`)).join());
    const answer = load(() => get<{ points: PointView[] }>(`points?limit=1000&ids=${encodeURIComponent(ids.value)}`));
    watch(ids, answer.reload);
    const timer = setInterval(() => {
      if (!document.hidden) answer.reload();
    }, AGAIN_MS);
    onScopeDispose(() => clearInterval(timer));
    const figureOf = (point: PointView) => figures.find((name) => point.id.endsWith(`.${name}`));

    return () => {
      const points = answer.value.value?.points ?? [];
      if (points.length === 0) return undefined;
      return (
        <section>
          <h2>{t('people.quality')}</h2>
          <table>
            <tbody>
              {points.map((point) => {
                const figure = figureOf(point);
                return (
                  <tr key={point.id}>
                    <td>
                      {figure ? t(`people.figure.${figure}`) : point.name}
                      <small>{point.id}</small>
                    </td>
                    <td class="number">{reading(point, point.latest)}</td>
                    <td class="actions">{trendLink([point.id], t('menu.trends'))}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
      );
    };
  },
  { props: ['headcounts'] },
);
