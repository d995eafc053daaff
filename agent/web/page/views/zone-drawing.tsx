import { computed, defineComponent, reactive, ref, watch } from 'vue';
import type { PlanView } from '../../plan/plan-view.ts';
import { notLoaded } from '../parts/loaded.tsx';
import { planChoice } from '../plan/plan-choice.tsx';
import { drawnY, unitOf } from '../plan/plan-space.ts';
import type { PlanPoint } from '../plan/plan-space.ts';
import { SitePlan } from '../plan/site-plan.tsx';
import { zoneKinds, zoneText } from '../plan/zone-text.ts';
import type { DrawnZone } from '../plan/zone-text.ts';
import { t } from '../words/words.ts';

/** Corners of a zone, pointed at on the plan; what comes of them is pasted into the site file. */
export const ZoneDrawing = defineComponent(() => {
  const { answer, plan, choice } = planChoice();
  const corners = ref<readonly PlanPoint[]>([]);
  const zone = reactive<Pick<DrawnZone, 'id' | 'name' | 'kind'>>({ id: 'zone', name: '', kind: 'ordinary' });
  const isCopied = ref(false);
  // Corners are metres of one map.
  watch(
    () => plan.value?.id,
    () => (corners.value = []),
  );
  const text = computed(() =>
    plan.value && corners.value.length >= 3 ? zoneText({ ...zone, corners: corners.value }, plan.value) : '',
  );
  watch(text, () => (isCopied.value = false));
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text.value);
    isCopied.value = true;
  };

  const outline = (own: PlanView) => {
    const points = corners.value.map(({ x, y }) => `${x},${drawnY(own, y)}`).join(' ');
    return (
      <g class="drawn">
        <polygon points={points} />
        {corners.value.map(({ x, y }, index) => (
          <circle key={index} cx={x} cy={drawnY(own, y)} r={0.6 * unitOf(own)} />
        ))}
      </g>
    );
  };

  const field = (name: 'id' | 'name') => (
    <label key={name}>
      {t(`zone.${name}`)}
      <input
        value={zone[name]}
        maxlength={100}
        onInput={(event) => Object.assign(zone, { [name]: (event.target as HTMLInputElement).value })}
      />
    </label>
  );

  const fields = () => (
    <form class="row" onSubmit={(event: Event) => event.preventDefault()}>
      {field('id')}
      {field('name')}
      <label>
        {t('zone.kind')}
        <select
          value={zone.kind}
          onChange={(event) => Object.assign(zone, { kind: (event.target as HTMLSelectElement).value })}
        >
          {zoneKinds.map((kind) => (
            <option value={kind}>{t(`zone.kind.${kind}`)}</option>
          ))}
        </select>
      </label>
      <button
        type="button"
        disabled={corners.value.length === 0}
        onClick={() => (corners.value = corners.value.slice(0, -1))}
      >
        {t('zone.undo')}
      </button>
      <button type="button" disabled={corners.value.length === 0} onClick={() => (corners.value = [])}>
        {t('zone.clear')}
      </button>
    </form>
  );

  const paste = () => (
    <section class="paste">
      <h2>{t('zone.paste')}</h2>
      <button onClick={() => void copy()}>{t(isCopied.value ? 'search.copied' : 'search.copy')}</button>
      <pre tabindex={0}>{text.value}</pre>
    </section>
  );

  return () =>
    notLoaded(answer) ??
    (plan.value && (
      <>
        <p class="note">{t('zone.help')}</p>
        <div class="bar">{choice()}</div>
        <section>{fields()}</section>
        {text.value !== '' && paste()}
        <SitePlan
          plan={plan.value}
          label={t('commissioning.zones')}
          onPick={(at) => (corners.value = [...corners.value, at])}
        >
          {outline(plan.value)}
        </SitePlan>
      </>
    ));
});
