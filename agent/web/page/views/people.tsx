import { computed, defineComponent } from 'vue';
import { livePoints } from '../live/points.ts';
import type { PointView } from '../live/shapes.ts';
import { siteViews } from '../live/site-views.ts';
import { standingAlarms } from '../live/standing.ts';
import { notLoaded } from '../parts/loaded.tsx';
import { reading, trendLink } from '../parts/reading.tsx';
import { valueText } from '../words/figures.ts';
import { t } from '../words/words.ts';
import { PeoplePlan } from './people-plan.tsx';
import { PositioningQuality } from './positioning-quality.tsx';
import { rollCall } from './roll-call.tsx';
import type { RollCall } from './roll-call.tsx';

const counts = ['people', 'people-stale', 'people-unknown'] as const;

/** Who is where, and the list for an emergency, to be printed. Whoever is not heard stays on the list. */
export const People = defineComponent(() => {
  const points = livePoints(() => 'source=site&text=.people&kinds=number');
  const { answer, views: calls } = siteViews<RollCall>('headcount');
  const { worstBy } = standingAlarms();
  const zones = computed(() => {
    const found = new Map<string, Partial<Record<(typeof counts)[number], PointView>>>();
    for (const point of points.value.value?.points ?? []) {
      const at = point.id.lastIndexOf('.');
      const part = counts.find((name) => name === point.id.slice(at + 1));
      if (part) found.set(point.id.slice(0, at), { ...found.get(point.id.slice(0, at)), [part]: point });
    }
    return [...found];
  });

  /** As the points of the zone are called, without what they count. */
  const nameOf = (zone: string): string =>
    zones.value.find(([id]) => id === zone)?.[1].people?.name.replace(/ 人数$/, '') ?? zone;

  const cell = (point: PointView | undefined) => (
    <td class="number">{point ? reading(point, points.latest(point)) : '—'}</td>
  );

  const zoneTable = () => (
    <section>
      <h2>{t('people.zones')}</h2>
      <table>
        <thead>
          <tr>
            <th>{t('alarm.zone')}</th>
            {counts.map((name) => (
              <th key={name} class="number">
                {t(`people.${name}`)}
              </th>
            ))}
            <th>
              <span class="unseen">{t('menu.trends')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {zones.value.map(([zone, own]) => (
            <tr key={zone}>
              <td>
                <b>{nameOf(zone)}</b>
                <small>{zone}</small>
              </td>
              {counts.map((name) => cell(own[name]))}
              <td class="actions">{trendLink([`${zone}.people`], t('menu.trends'))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );

  const zoneAlarms = computed(() => worstBy(({ zone, safetyRole }) => (safetyRole === 'headcount' ? zone : undefined)));
  const zoneCounts = computed(
    () =>
      new Map(
        zones.value.map(
          ([zone, { people }]) => [zone, people ? valueText(points.latest(people)?.value) : '—'] as const,
        ),
      ),
  );
  /** As their points begin. */
  const headcounts = computed(() => calls.value.map(({ id }) => id.replace(/^headcount\//, '')));
  const listed = computed(() =>
    calls.value.some((call) => call.listed) ? calls.value.flatMap((call) => call.listed ?? []) : undefined,
  );

  return () =>
    notLoaded(answer) ??
    notLoaded(points) ??
    (calls.value.length === 0 && zones.value.length === 0 ? (
      <p class="empty">{t('people.empty')}</p>
    ) : (
      <>
        <PeoplePlan listed={listed.value} counts={zoneCounts.value} zones={zoneAlarms.value} />
        {zones.value.length > 0 && zoneTable()}
        <PositioningQuality headcounts={headcounts.value} />
        {calls.value.map((call) => rollCall(call, nameOf))}
      </>
    ));
});
