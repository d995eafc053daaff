import { onScopeDispose, watch } from 'vue';
import { load } from '../parts/loaded.tsx';
import { get } from './api.ts';
import { values, watchValues } from './live.ts';
import type { PointView, Sample } from './shapes.ts';

const MOST = 1000;
const AGAIN_MS = 5000;

/** The points of a query, each with its value of this moment. */
export function livePoints(query: () => string) {
  const list = load(() => get<{ total: number; points: PointView[] }>(`points?limit=${MOST}&${query()}`));
  let isWhole = true;
  watch(query, list.reload);
  watch(list.value, (answer) => {
    const points = answer?.points ?? [];
    isWhole = watchValues(points.map(({ id }) => id)) === points.length;
  });
  const timer = setInterval(() => {
    if (!isWhole && !document.hidden) list.reload();
  }, AGAIN_MS);
  onScopeDispose(() => {
    clearInterval(timer);
    watchValues([]);
  });
  const latest = (point: PointView): Sample | null => {
    const told = values.value.get(point.id);
    return told && told.receiveTime >= (point.latest?.receiveTime ?? 0) ? told : point.latest;
  };
  return { ...list, latest };
}
