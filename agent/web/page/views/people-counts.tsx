import { computed, defineComponent } from 'vue';
import { RouterLink } from 'vue-router';
import { livePoints } from '../live/points.ts';
import { reading } from '../parts/reading.tsx';
import { t } from '../words/words.ts';

/** How many people each zone holds. Nothing where nobody is located. */
export const PeopleCounts = defineComponent(() => {
  const points = livePoints(() => 'source=site&text=.people&kinds=number');
  const zones = computed(() =>
    (points.value.value?.points ?? []).filter(
      ({ id, safetyRole }) => id.endsWith('.people') && safetyRole === 'headcount',
    ),
  );

  return () =>
    zones.value.length === 0 ? undefined : (
      <section>
        <h2>{t('people.zones')}</h2>
        <ul class="lines">
          {zones.value.map((point) => (
            <li key={point.id}>
              <RouterLink class="grow" to={{ name: 'people' }}>
                {point.name.replace(/ 人数$/, '')}
              </RouterLink>
              {reading(point, points.latest(point))}
            </li>
          ))}
        </ul>
      </section>
    );
});
