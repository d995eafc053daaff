import { computed, ref } from 'vue';
import type { PlanView } from '../../plan/plan-view.ts';
import { get } from '../live/api.ts';
import { load } from '../parts/loaded.tsx';
import { t } from '../words/words.ts';

/** The plans of the site and which of them is looked at. */
export function planChoice() {
  const answer = load(() => get<{ plans: PlanView[] }>('plans'));
  const id = ref<string>();
  const plans = computed(() => answer.value.value?.plans ?? []);
  const plan = computed(() => plans.value.find((one) => one.id === id.value) ?? plans.value[0]);

  const nameOf = ({ id: own, floor }: PlanView): string =>
    floor === undefined ? own : t('plan.floor', { map: own.slice(0, -floor.length - 1), floor });

  /** Nothing where there is nothing to choose. */
  const choice = () =>
    plans.value.length < 2 ? undefined : (
      <div class="group" role="group" aria-label={t('plan.choose')}>
        {plans.value.map((one) => (
          <button
            key={one.id}
            class={{ 'is-chosen': one.id === plan.value?.id }}
            aria-pressed={one.id === plan.value?.id}
            onClick={() => (id.value = one.id)}
          >
            {nameOf(one)}
          </button>
        ))}
      </div>
    );

  return { answer, plans, plan, choice };
}
