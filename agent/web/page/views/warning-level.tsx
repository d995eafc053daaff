import { computed, defineComponent, onScopeDispose } from 'vue';
import { get } from '../live/api.ts';
import { load } from '../parts/loaded.tsx';
import { inLanguage, t } from '../words/words.ts';

type Colour = 'blue' | 'yellow' | 'orange' | 'red';

/** As the derivation shows it. */
interface Warning {
  readonly name: string;
  /** Whose level it is, and whose not. */
  readonly label: { readonly zh: string; readonly en: string };
  readonly formula: string;
  readonly places: readonly {
    readonly scope: { readonly kind: string; readonly hazardSource?: string; readonly zone?: string };
    readonly colour: Colour;
    readonly score: number;
    readonly because: readonly string[];
  }[];
}

const EVERY_MS = 3000;
const SHOWN_REASONS = 5;
/** Seen without colours too. */
const shapes: Readonly<Record<Colour, string>> = { red: '◆', orange: '▲', yellow: '■', blue: '●' };

/** The colour of the site and its hazard sources, each with its because. Nothing where none is configured. */
export const WarningLevel = defineComponent(() => {
  const views = load(() => get<Readonly<Record<string, unknown>>>('views'));
  const timer = setInterval(() => {
    if (!document.hidden) views.reload();
  }, EVERY_MS);
  onScopeDispose(() => clearInterval(timer));
  const levels = computed(() =>
    Object.entries(views.value.value ?? {}).flatMap(([id, view]) =>
      id.startsWith('warning-level/') ? [{ id, ...(view as Warning) }] : [],
    ),
  );

  const place = ({ scope, colour, score, because }: Warning['places'][number]) => (
    <li key={`${scope.kind} ${scope.hazardSource ?? scope.zone ?? ''}`} class={`warning-${colour}`}>
      <span class="warning-colour">
        <span aria-hidden="true">{shapes[colour]}</span> {t(`warning.${colour}`)}
      </span>
      <span class="grow">
        <b>{scope.hazardSource ?? scope.zone ?? t('warning.site')}</b> <small>{score.toFixed(0)}</small>
        <small class="because">
          {because.length === 0 ? t('warning.nothing') : because.slice(0, SHOWN_REASONS).join(' · ')}
        </small>
      </span>
    </li>
  );

  return () =>
    levels.value.map(({ id, name, label, formula, places }) => (
      <section key={id}>
        <h2>
          {t('warning.title')} {name}
        </h2>
        <ul class="lines">{places.map(place)}</ul>
        <p class="note">
          {inLanguage(label)} · {formula}
        </p>
      </section>
    ));
});
