import { computed, defineComponent, ref } from 'vue';
import { livePoints } from '../live/points.ts';
import type { PointView, Priority } from '../live/shapes.ts';
import { standingAlarms } from '../live/standing.ts';
import { notLoaded } from '../parts/loaded.tsx';
import { priorityMark } from '../parts/priority-mark.tsx';
import { reading, trendLink } from '../parts/reading.tsx';
import { t } from '../words/words.ts';
import { equipmentOf, placesOf } from './equipment.ts';
import type { Equipment } from './equipment.ts';
import { GasMap } from './gas-map.tsx';
import { Stops } from './stops.tsx';

const kinds = [
  'level',
  'temperature',
  'pressure',
  'quantity',
  'gas-combustible',
  'gas-toxic',
  'oxygen',
  'state',
  'electric-field',
  'position',
  'number',
].join();

const priorities: readonly Priority[] = ['critical', 'high', 'medium', 'low'];

/** The plant by what stands in it: tanks with their levels, gas detectors, valves, lightning, the rest. */
export const Plant = defineComponent(() => {
  const place = ref('');
  const points = livePoints(() => `kinds=${kinds}`);
  const { byPoint, worstBy } = standingAlarms();

  const all = computed(() => points.value.value?.points ?? []);
  const shown = computed(() =>
    all.value.filter((point) => place.value === '' || placesOf(point).includes(place.value)),
  );
  const equipment = computed(() => equipmentOf(shown.value));
  const gasZones = computed(() => worstBy(({ zone, safetyRole }) => (safetyRole === 'gas' ? zone : undefined)));
  const worstOf = (own: readonly PointView[]): Priority | undefined =>
    priorities.find((priority) => own.some(({ id }) => byPoint.value.get(id) === priority));

  const places = () => {
    const names = [...new Set(all.value.flatMap(placesOf))];
    return (
      <div class="group" role="group" aria-label={t('plant.places')}>
        {['', ...names].map((name) => (
          <button
            key={name}
            class={{ 'is-chosen': place.value === name }}
            aria-pressed={place.value === name}
            onClick={() => (place.value = name)}
          >
            {name === '' ? t('plant.all') : name}
          </button>
        ))}
      </div>
    );
  };

  const mark = (own: readonly PointView[]) => {
    const worst = worstOf(own);
    return worst && priorityMark(worst);
  };

  const tank = ({ name, points: own, main }: Equipment) => {
    const sample = main && points.latest(main);
    const { low = 0, high = 100 } = main?.range ?? {};
    const level = sample && sample.quality.level !== 'bad' && typeof sample.value === 'number' ? sample.value : low;
    const share = Math.min(1, Math.max(0, (level - low) / (high - low || 1)));
    return (
      <li key={name} class={['tank', worstOf(own)]}>
        <div class={['vessel', sample?.quality.level ?? 'bad']} aria-hidden="true">
          <div class="fill" style={{ height: `${share * 100}%` }} />
        </div>
        <div class="grow">
          <b>{name}</b> {mark(own)}
          <dl class="readings">
            {own.map((point) => (
              <div key={point.id}>
                <dt>{trendLink([point.id], shortName(point, name))}</dt>
                <dd>{reading(point, points.latest(point))}</dd>
              </div>
            ))}
          </dl>
        </div>
      </li>
    );
  };

  const tile = ({ name, points: own }: Equipment) => (
    <li key={name} class={['tile', worstOf(own)]}>
      <div>
        <b>{name}</b> {mark(own)}
      </div>
      <dl class="readings">
        {own.map((point) => (
          <div key={point.id}>
            <dt>{trendLink([point.id], shortName(point, name))}</dt>
            <dd>{reading(point, points.latest(point))}</dd>
          </div>
        ))}
      </dl>
    </li>
  );

  const section = (name: 'tanks' | 'gas' | 'valves' | 'hazards' | 'lightning' | 'others') => {
    const own = equipment.value[name];
    return own.length === 0 ? undefined : (
      <section class={`plant-${name}`}>
        <h2>
          {t(`plant.${name}`)} <small>{own.length}</small>
        </h2>
        <ul class={name === 'tanks' ? 'tanks' : 'tiles'}>{own.map(name === 'tanks' ? tank : tile)}</ul>
      </section>
    );
  };

  return () =>
    notLoaded(points) ??
    (all.value.length === 0 ? (
      <p class="empty">{t('plant.empty')}</p>
    ) : (
      <>
        <div class="bar">{places()}</div>
        {(points.value.value?.total ?? 0) > all.value.length && (
          <p class="note">{t('plant.shortened', { shown: all.value.length, all: points.value.value?.total ?? 0 })}</p>
        )}
        <GasMap
          gas={equipment.value.gas}
          tanks={equipment.value.tanks}
          latest={points.latest}
          worstOf={worstOf}
          zones={gasZones.value}
        />
        {section('hazards')}
        <Stops />
        {section('lightning')}
        {section('tanks')}
        {section('gas')}
        {section('valves')}
        {section('others')}
      </>
    ));
});

/** What is left of a point's name beside the name of what it is on. */
const shortName = ({ name, id }: PointView, of: string): string =>
  (name.startsWith(of) ? name.slice(of.length).trim() : name) || id;
