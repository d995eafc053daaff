import { computed, defineComponent, ref } from 'vue';
import { session, may } from '../live/session.ts';
import type { PointView, Priority, Sample } from '../live/shapes.ts';
import { notLoaded } from '../parts/loaded.tsx';
import { planChoice } from '../plan/plan-choice.tsx';
import { PlanEditor } from '../plan/plan-editor.tsx';
import { placesOnPlan } from '../plan/plan-space.ts';
import { SitePlan } from '../plan/site-plan.tsx';
import type { ShownMark } from '../plan/site-plan.tsx';
import { stateText, valueText } from '../words/figures.ts';
import { codeText, t } from '../words/words.ts';
import { gases } from './equipment.ts';
import type { Equipment } from './equipment.ts';

interface GasMapProps {
  readonly gas: readonly Equipment[];
  readonly tanks: readonly Equipment[];
  readonly latest: (point: PointView) => Sample | null;
  readonly worstOf: (points: readonly PointView[]) => Priority | undefined;
  /** The worst gas alarm of each zone. */
  readonly zones: ReadonlyMap<string, Priority>;
}

/** Gas detectors and tanks where they stand, with what they read. Nothing where there is neither. */
export const GasMap = defineComponent(
  (props: GasMapProps) => {
    const { answer, plan, choice } = planChoice();
    const isEditing = ref(false);

    const things = computed(() =>
      [...props.gas, ...props.tanks].map(({ name, points }) => ({ id: name, name, zone: points[0]?.zone })),
    );
    const places = computed(() => (plan.value ? placesOnPlan(plan.value, things.value) : new Map<string, never>()));

    const said = (point: PointView): string => {
      const sample = props.latest(point);
      const { level, reason } = sample?.quality ?? { level: 'bad' as const };
      const value = point.states ? stateText(point.states, sample?.value) : valueText(sample?.value, point.unit);
      return level === 'good'
        ? value
        : `${value} (${t(`quality.${level}`)} ${codeText('reason', reason ?? 'not-yet-read')})`;
    };

    const markOf = (shape: 'detector' | 'tank', { name, points, main }: Equipment): readonly ShownMark[] => {
      const place = places.value.get(name);
      const shown = shape === 'tank' ? main : points.find(({ kind }) => gases.has(kind));
      if (!place || !shown) return [];
      const sample = props.latest(shown);
      const isBad = (sample?.quality.level ?? 'bad') === 'bad';
      const { low = 0, high = 100 } = shown.range ?? {};
      const level = typeof sample?.value === 'number' && !isBad ? (sample.value - low) / (high - low || 1) : 0;
      return [
        {
          id: name,
          ...place,
          shape,
          tone: props.worstOf(points) ?? (isBad ? 'bad' : undefined),
          share: Math.min(1, Math.max(0, level)),
          lines: [place.isTight ? '' : name, isBad ? t('quality.bad') : valueText(sample?.value, shown.unit)],
          title: `${name}\n${points.map((point) => `${point.name}: ${said(point)}`).join('\n')}`,
        },
      ];
    };

    const marks = computed(() => [
      ...props.tanks.flatMap((tank) => markOf('tank', tank)),
      ...props.gas.flatMap((detector) => markOf('detector', detector)),
    ]);
    const zones = computed(() => new Map([...props.zones].map(([zone, tone]) => [zone, { tone }])));

    const notes = () => {
      const unplaced = things.value.length - marks.value.length;
      return (
        <p class="note">
          {marks.value.some(({ isGuess }) => isGuess) && t('plan.guessed')}{' '}
          {unplaced > 0 && t('plan.unplaced', { count: unplaced })}
        </p>
      );
    };

    return () => {
      if (things.value.length === 0) return undefined;
      const found = plan.value;
      return (
        <section class="gas-map">
          <h2>{t('plan.gas')}</h2>
          {notLoaded(answer) ??
            (found &&
              (isEditing.value ? (
                <PlanEditor
                  key={found.id}
                  plan={found}
                  things={things.value}
                  onChanged={answer.reload}
                  onDone={() => (isEditing.value = false)}
                />
              ) : (
                <>
                  <div class="bar">
                    {choice()}
                    {may('engineer') && (
                      <button class="plain" onClick={() => (isEditing.value = true)}>
                        {t('plan.edit')}
                      </button>
                    )}
                  </div>
                  <SitePlan
                    plan={found}
                    label={t('plan.label', { site: session.value?.site.name ?? '' })}
                    marks={marks.value}
                    zones={zones.value}
                  />
                  {notes()}
                </>
              )))}
        </section>
      );
    };
  },
  { props: ['gas', 'tanks', 'latest', 'worstOf', 'zones'] },
);
