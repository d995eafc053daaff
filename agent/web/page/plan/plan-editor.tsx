import { computed, defineComponent, ref } from 'vue';
import type { PlanFrame, PlanMark, PlanView } from '../../plan/plan-view.ts';
import { send, upload } from '../live/api.ts';
import { t } from '../words/words.ts';
import type { Placeable, PlanPoint } from './plan-space.ts';
import { placesOnPlan, unitOf } from './plan-space.ts';
import { SitePlan } from './site-plan.tsx';

const edges = ['left', 'right', 'top', 'bottom'] as const;
/** A press of an arrow key moves by so many hundredths of the plan. */
const STEP = 0.5;
const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

interface PlanEditorProps {
  readonly plan: PlanView;
  readonly things: readonly (Placeable & { readonly name: string })[];
  readonly onChanged: () => void;
  readonly onDone: () => void;
}

/** Puts a drawing under a plan, says what part of the map it shows, and places things on it. */
export const PlanEditor = defineComponent(
  (props: PlanEditorProps) => {
    const chosen = ref<string>();
    const marks = ref<readonly PlanMark[]>(props.plan.marks);
    const frame = ref<PlanFrame>(props.plan.frame);
    const fault = ref<string>();
    const isSending = ref(false);
    const isSaved = ref(false);
    const path = (): string => `plans/${encodeURIComponent(props.plan.id)}`;
    const seen = computed((): PlanView => ({ ...props.plan, marks: marks.value, frame: frame.value }));

    const attempt = async (act: () => Promise<unknown>): Promise<void> => {
      isSending.value = true;
      try {
        await act();
        fault.value = undefined;
        props.onChanged();
      } catch (error) {
        fault.value = error instanceof Error ? error.message : String(error);
      } finally {
        isSending.value = false;
      }
    };

    const take = (event: Event): void => {
      const input = event.target as HTMLInputElement;
      const file = input.files?.[0];
      if (file) void attempt(() => upload(`${path()}/drawing`, file));
      input.value = '';
    };

    const save = (): Promise<void> =>
      attempt(async () => {
        await send('PUT', path(), { frame: frame.value, marks: marks.value });
        isSaved.value = true;
      });

    const put = (at: PlanPoint | undefined): void => {
      const of = chosen.value;
      if (of === undefined) return;
      isSaved.value = false;
      marks.value = [...marks.value.filter((one) => one.of !== of), ...(at ? [{ of, x: at.x, y: at.y }] : [])];
    };

    const nudge = (event: KeyboardEvent): void => {
      const step = arrows[event.key];
      const at = chosen.value === undefined ? undefined : places.value.get(chosen.value);
      if (!step || !at || event.target instanceof HTMLInputElement) return;
      event.preventDefault();
      const unit = unitOf(seen.value);
      put({ x: at.x + step[0] * unit, y: at.y + step[1] * unit * (props.plan.isUp ? 1 : -1) });
    };

    const places = computed(() => placesOnPlan(seen.value, props.things));
    const shown = computed(() =>
      props.things.flatMap(({ id, name }) => {
        const place = places.value.get(id);
        return place ? [{ id, ...place, shape: 'detector' as const, lines: [id], title: name }] : [];
      }),
    );

    const drawing = () => (
      <fieldset>
        <legend>{t('plan.drawing')}</legend>
        <label>
          {t('plan.upload')}
          <input
            type="file"
            accept="image/png,image/jpeg,image/webp"
            disabled={isSending.value}
            onChange={(event) => take(event)}
          />
        </label>
        {isSending.value && <progress aria-label={t('plan.sending')} />}
        {props.plan.drawing && (
          <p>
            {t('plan.drawing-is', { width: props.plan.drawing.width, height: props.plan.drawing.height })}{' '}
            <button class="plain" onClick={() => void attempt(() => send('DELETE', `${path()}/drawing`))}>
              {t('plan.remove-drawing')}
            </button>
          </p>
        )}
      </fieldset>
    );

    const frameFields = () => (
      <fieldset>
        <legend>{t('plan.frame')}</legend>
        <div class="edges">
          {edges.map((edge) => (
            <label key={edge}>
              {t(`plan.${edge}`)}
              <input
                type="number"
                step="any"
                value={frame.value[edge]}
                onChange={({ target }) => {
                  const metres = (target as HTMLInputElement).valueAsNumber;
                  if (Number.isFinite(metres)) frame.value = { ...frame.value, [edge]: metres };
                }}
              />
            </label>
          ))}
        </div>
      </fieldset>
    );

    const thingList = () => (
      <fieldset>
        <legend>{t('plan.things')}</legend>
        <p class="note">{t('plan.place-help')}</p>
        <div class="things">
          {props.things.map(({ id, name }) => (
            <button
              key={id}
              class={{ 'is-chosen': chosen.value === id, 'is-placed': marks.value.some(({ of }) => of === id) }}
              aria-pressed={chosen.value === id}
              title={name}
              onClick={() => (chosen.value = id)}
            >
              {id}
            </button>
          ))}
        </div>
        <button
          class="plain"
          disabled={!marks.value.some(({ of }) => of === chosen.value)}
          onClick={() => put(undefined)}
        >
          {t('plan.unplace')}
        </button>
      </fieldset>
    );

    return () => (
      <section class="plan-editor" onKeydown={nudge}>
        <div class="bar">
          <button class="main" disabled={isSending.value} onClick={() => void save()}>
            {t('plan.save')}
          </button>
          <button onClick={props.onDone}>{t('plan.done')}</button>
          <span role="status">{isSaved.value ? t('plan.saved') : ''}</span>
          {fault.value !== undefined && (
            <span class="fault" role="alert">
              {fault.value}
            </span>
          )}
        </div>
        <div class="plan-and-fields">
          <SitePlan
            plan={seen.value}
            label={t('plan.edit')}
            marks={shown.value}
            chosen={chosen.value}
            onPick={put}
            onChoose={(id) => (chosen.value = id)}
          />
          <div>
            {drawing()}
            {frameFields()}
            {thingList()}
          </div>
        </div>
      </section>
    );
  },
  { props: ['plan', 'things', 'onChanged', 'onDone'] },
);
