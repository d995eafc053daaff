import { defineComponent } from 'vue';
import type { WarningColour, WarningLevelView } from '#agent/model/warning-level.ts';
import { siteViews } from '../live/site-views.ts';
import { inLanguage, t } from '../words/words.ts';

/** It stands on the first view, which stays open everywhere. */
const EVERY_MS = 5000;
const SHOWN_REASONS = 5;
/** Seen without colours too. */
const shapes: Readonly<Record<WarningColour, string>> = { red: '◆', orange: '▲', yellow: '■', blue: '●' };

/** The colour of the site and its hazard sources, each with its because. Nothing where none is configured. */
export const WarningLevel = defineComponent(() => {
  const { views: levels } = siteViews<WarningLevelView>('warning-level', EVERY_MS);

  const nameOf = (scope: WarningLevelView['places'][number]['scope']): string =>
    scope.kind === 'site' ? t('warning.site') : scope.kind === 'zone' ? scope.zone : scope.hazardSource;

  const place = ({ scope, colour, score, because }: WarningLevelView['places'][number]) => (
    <li key={`${scope.kind} ${nameOf(scope)}`} class={`warning-${colour}`}>
      <span class="warning-colour">
        <span aria-hidden="true">{shapes[colour]}</span> {t(`warning.${colour}`)}
      </span>
      <span class="grow">
        <b>{nameOf(scope)}</b> <small>{score.toFixed(0)}</small>
        <small class="because">
          {because.length === 0 ? t('warning.nothing') : because.slice(0, SHOWN_REASONS).map(inLanguage).join(' · ')}
        </small>
      </span>
    </li>
  );

  return () =>
    levels.value.map(({ id, name, label, formula, places, enterpriseGrade }) => (
      <section key={id}>
        <h2>
          {t('warning.title')} {name}
        </h2>
        <ul class="lines">{places.map(place)}</ul>
        <p class="note">
          {inLanguage(label)} · {formula}
        </p>
        {enterpriseGrade && (
          <p class="note">
            {t('warning.grade')}:{' '}
            {Object.entries(enterpriseGrade.fields)
              .map(([key, value]) => `${key} ${String(value)}`)
              .join(' · ')}
          </p>
        )}
      </section>
    ));
});
