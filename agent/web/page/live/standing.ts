import { computed } from 'vue';
import { load } from '../parts/loaded.tsx';
import { get } from './api.ts';
import { watchCalmly } from './calm.ts';
import { alarmNews, overview } from './live.ts';
import type { AlarmView, Priority } from './shapes.ts';

/** More are not looked at; the worst come first. */
const MOST = 1000;

/** The worst alarm that stands at each point and in each zone, as it changes. */
export function standingAlarms() {
  const alarms = load(() => get<{ alarms: AlarmView[] }>(`alarms?limit=${MOST}`));
  // By the counts too: whoever was away for long is not told every transition.
  watchCalmly([alarmNews, () => JSON.stringify(overview.value?.alarms)], alarms.reload);

  const standing = computed(() =>
    (alarms.value.value?.alarms ?? []).filter(({ state, overlay }) => state !== 'normal' && overlay === 'none'),
  );
  const worstBy = (placeOf: (alarm: AlarmView['definition']) => string | undefined): ReadonlyMap<string, Priority> => {
    const worst = new Map<string, Priority>();
    for (const { definition } of standing.value) {
      const place = placeOf(definition);
      if (place !== undefined && !worst.has(place)) worst.set(place, definition.priority);
    }
    return worst;
  };
  const byPoint = computed(() => worstBy(({ point }) => point));
  return { byPoint, worstBy };
}
