import type { ListedPerson } from '#agent/model/people.ts';
import { computed, defineComponent } from 'vue';
import { session } from '../live/session.ts';
import type { Priority } from '../live/shapes.ts';
import { notLoaded } from '../parts/loaded.tsx';
import { planChoice } from '../plan/plan-choice.tsx';
import { onPlan } from '../plan/plan-space.ts';
import { SitePlan } from '../plan/site-plan.tsx';
import type { ShownMark } from '../plan/site-plan.tsx';
import { codeText, t } from '../words/words.ts';

/** More dots than this are no plan. */
const MOST = 2000;

interface PeoplePlanProps {
  /** Undefined for those who may not know. */
  readonly listed: readonly ListedPerson[] | undefined;
  /** What each zone says: how many. */
  readonly counts: ReadonlyMap<string, string>;
  /** The worst alarm about people of each zone. */
  readonly zones: ReadonlyMap<string, Priority>;
}

/** Everybody where the last fix was, as far as who looks may know. */
export const PeoplePlan = defineComponent(
  (props: PeoplePlanProps) => {
    const { answer, plans, plan, choice } = planChoice();

    /** By the floor, where the locating system tells it; by the zones else; who is in none is on the first plan. */
    const isHere = ({ zones, at }: ListedPerson): boolean => {
      const { floor, zones: own = [], id } = plan.value ?? {};
      if (at?.floor !== undefined && floor !== undefined) return at.floor === floor;
      if (zones.length === 0) return id === plans.value[0]?.id;
      return zones.some((zone) => own.some((one) => one.id === zone));
    };
    const marks = computed(() =>
      (props.listed ?? []).slice(0, MOST).flatMap((one): readonly ShownMark[] => {
        const { person, name, role, isStale, isMustered, at } = one;
        if (!plan.value || !at || !isHere(one)) return [];
        const state = t(isStale ? 'people.is-stale' : isMustered ? 'people.is-mustered' : 'people.people');
        return [
          {
            id: person,
            ...onPlan(plan.value, at),
            shape: 'person',
            tone: isStale ? 'stale' : role === 'unknown' ? 'stranger' : undefined,
            title: `${name ?? person} · ${codeText('people.role', role)} · ${state}`,
          },
        ];
      }),
    );
    const zones = computed(
      () =>
        new Map(
          [...new Set([...props.counts.keys(), ...props.zones.keys()])].map((zone) => [
            zone,
            { tone: props.zones.get(zone), text: props.counts.get(zone) },
          ]),
        ),
    );
    const nowhere = computed(() => props.listed?.filter(({ at }) => at === undefined).length ?? 0);

    return () =>
      (plans.value.length === 0 && answer.value.value !== undefined) || plan.value?.zones.length === 0 ? undefined : (
        <section class="people-plan">
          <h2>{t('plan.people')}</h2>
          {notLoaded(answer) ??
            (plan.value && (
              <>
                <div class="bar">{choice()}</div>
                <SitePlan
                  plan={plan.value}
                  label={t('plan.label', { site: session.value?.site.name ?? '' })}
                  marks={marks.value}
                  zones={zones.value}
                />
                <p class="note">
                  {props.listed === undefined && t('plan.only-operators')}
                  {nowhere.value > 0 && t('plan.nowhere', { count: nowhere.value })}
                </p>
              </>
            ))}
        </section>
      );
  },
  { props: ['listed', 'counts', 'zones'] },
);
