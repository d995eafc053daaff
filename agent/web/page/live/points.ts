import { onScopeDispose, watch } from 'vue';
import { load } from '../parts/loaded.tsx';
import { get } from './api.ts';
import { values, watchValues } from './live.ts';
import type { PointView, Sample } from './shapes.ts';

/** Their ids must fit into one address. */
const MOST = 300;

/** The points of a query, each with its value of this moment. */
export function livePoints(query: () => string) {
  const list = load(() => get<{ total: number; points: PointView[] }>(`points?limit=${MOST}&${query()}`));
  watch(query, list.reload);
  watch(list.value, (answer) => watchValues(answer?.points.map(({ id }) => id) ?? []));
  onScopeDispose(() => watchValues([]));
  return { ...list, latest: (point: PointView): Sample | null => values.value.get(point.id) ?? point.latest };
}
