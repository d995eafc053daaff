import type { VNode } from 'vue';
import { RouterLink } from 'vue-router';
import type { PointView, Sample } from '../live/shapes.ts';
import { stateText, valueText } from '../words/figures.ts';
import { codeText, t } from '../words/words.ts';

/** A value, never without its quality where that is not good. */
export function reading(point: PointView, sample: Sample | null): VNode {
  const { level, reason = 'not-yet-read' } = sample?.quality ?? { level: 'bad' as const };
  return (
    <span class={['reading', level]}>
      <b>{point.states ? stateText(point.states, sample?.value) : valueText(sample?.value, point.unit)}</b>
      {level !== 'good' && (
        <small class={['quality', level]}>
          {t(`quality.${level}`)} {codeText('reason', reason)}
        </small>
      )}
    </span>
  );
}

export const trendLink = (points: readonly string[], words: string, at?: number): VNode => (
  <RouterLink
    class="trend-link"
    to={{
      name: 'trends',
      query: { points: points.join(','), ...(at !== undefined && { to: String(at + 900_000), span: '3600000' }) },
    }}
  >
    {words}
  </RouterLink>
);
