import { computed, defineComponent } from 'vue';
import type { FloodView } from '#agent/model/flood.ts';
import { get } from '../live/api.ts';
import type { AlarmView } from '../live/shapes.ts';
import { siteViews } from '../live/site-views.ts';
import { load } from '../parts/loaded.tsx';
import { priorityMark } from '../parts/priority-mark.tsx';
import { clockTime } from '../words/figures.ts';
import { inLanguage, t } from '../words/words.ts';

const EVERY_MS = 3000;
const priorities = ['critical', 'high', 'medium', 'low'] as const;

/** The alarm that began it in words; its id until they are known. */
const FirstAlarm = defineComponent(
  ({ id }: { readonly id: string }) => {
    const { value } = load(() => get<AlarmView>(`alarms/${encodeURIComponent(id)}`));
    return () => <b>{inLanguage(value.value?.definition.message) || id}</b>;
  },
  { props: ['id'] },
);

/** What a flood of alarms is, before anybody reads them one by one. Nothing while there is none. */
export const FloodSummary = defineComponent(() => {
  const { views } = siteViews<FloodView>('flood', EVERY_MS);
  const floods = computed(() => views.value.flatMap(({ id, name, flood }) => (flood ? [{ id, name, flood }] : [])));

  return () =>
    floods.value.map(({ id, name, flood: { since, alarms, first, priorities: counts, zones } }) => (
      <section key={id} class="flood" role="status">
        <h2>
          {t('flood.title')} {name}{' '}
          <small>
            {t('flood.alarms', { count: alarms })} · {t('flood.since', { time: clockTime(since) })}
          </small>
        </h2>
        <p>
          {priorities
            .filter((priority) => counts[priority] > 0)
            .map((priority) => (
              <span key={priority}>
                {priorityMark(priority)} <b>{counts[priority]}</b>{' '}
              </span>
            ))}
        </p>
        <p>
          {t('flood.first')} <FirstAlarm key={first} id={first} />
          {zones.map(({ zone, alarms: own }) => ` · ${zone || t('flood.elsewhere')} ${own}`).join('')}
        </p>
      </section>
    ));
});
