import { computed, defineComponent, onScopeDispose } from 'vue';
import { get } from '../live/api.ts';
import { livePoints } from '../live/points.ts';
import { overview } from '../live/live.ts';
import { session } from '../live/session.ts';
import type { PointView } from '../live/shapes.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { reading, trendLink } from '../parts/reading.tsx';
import { dateTime } from '../words/figures.ts';
import { t } from '../words/words.ts';
import type { Word } from '../words/words.ts';

/** As the headcount shows it. */
interface RollCall {
  readonly people: number;
  readonly mustered: number;
  readonly missing: number;
  readonly listed: readonly {
    readonly person: string;
    readonly name?: string;
    readonly role: string;
    readonly zones: readonly string[];
    readonly isMustered: boolean;
    readonly isStale: boolean;
  }[];
}

const EVERY_MS = 2000;
const counts = ['people', 'people-stale', 'people-unknown'] as const;

/** Who is where, and the list for an emergency, to be printed. Whoever is not heard stays on the list. */
export const People = defineComponent(() => {
  const points = livePoints(() => 'source=site&text=.people&kinds=number');
  const views = load(() => get<Readonly<Record<string, unknown>>>('views'));
  const timer = setInterval(() => {
    if (!document.hidden) views.reload();
  }, EVERY_MS);
  onScopeDispose(() => clearInterval(timer));

  const calls = computed(() =>
    Object.entries(views.value.value ?? {}).flatMap(([id, view]) =>
      id.startsWith('headcount/') ? [view as RollCall] : [],
    ),
  );
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

  const rollCall = ({ people, mustered, missing, listed }: RollCall) => (
    <section class="roll-call">
      <h2>
        {t('people.roll-call')} · {session.value?.site.name} · <time>{dateTime(overview.value?.time)}</time>
      </h2>
      <p class="figures">
        <span>
          <b>{people}</b> {t('people.on-site')}
        </span>
        <span>
          <b>{mustered}</b> {t('people.mustered')}
        </span>
        <span class={{ 'is-missing': missing > 0 }}>
          <b>{missing}</b> {t('people.missing')}
        </span>
        <button onClick={() => print()}>{t('page.print')}</button>
      </p>
      <table>
        <thead>
          <tr>
            <th>{t('people.present')}</th>
            <th>{t('people.name')}</th>
            <th>{t('account.role')}</th>
            <th>{t('alarm.zone')}</th>
            <th>{t('alarm.state')}</th>
          </tr>
        </thead>
        <tbody>
          {listed.map(({ person, name, role, zones: own, isMustered, isStale }) => (
            <tr key={person} class={{ mustered: isMustered }}>
              <td class="tick" aria-hidden="true">
                {isMustered ? '☑' : '☐'}
              </td>
              <td>
                <b>{name ?? person}</b>
              </td>
              <td>{t(`people.role.${role}` as Word)}</td>
              <td>{own.map(nameOf).join(', ') || t('people.outside')}</td>
              <td>
                {t(isMustered ? 'people.is-mustered' : 'people.is-missing')}
                {isStale && <em class="quality uncertain"> {t('people.is-stale')}</em>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );

  return () =>
    notLoaded(views) ??
    notLoaded(points) ??
    (calls.value.length === 0 && zones.value.length === 0 ? (
      <p class="empty">{t('people.empty')}</p>
    ) : (
      <>
        {zones.value.length > 0 && zoneTable()}
        {calls.value.map(rollCall)}
      </>
    ));
});
