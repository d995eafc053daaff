import { defineComponent } from 'vue';
import type { StopView } from '#agent/model/stop.ts';
import { siteViews } from '../live/site-views.ts';
import { dateTime } from '../words/figures.ts';
import { inLanguage, t } from '../words/words.ts';

const EVERY_MS = 5000;

/** Devices whose stops must be declared: what they do, and what is declared of them. Nothing where none is configured. */
export const Stops = defineComponent(() => {
  const { views: stops } = siteViews<StopView>('stop', EVERY_MS);

  const declaration = ({ declared, isUndeclared }: StopView) => {
    if (isUndeclared) return <span class="fault">{t('stop.undeclared')}</span>;
    if (!declared) return <small>{t('stop.none')}</small>;
    const { from, planned } = declared;
    return (
      <small>
        {t('stop.declared-from', { kind: inLanguage(declared), from: dateTime(from) })}
        {planned !== null && ` · ${t('stop.planned', { until: dateTime(planned) })}`}
      </small>
    );
  };

  return () =>
    stops.value.length === 0 ? undefined : (
      <section class="plant-stops">
        <h2>
          {t('plant.stops')} <small>{stops.value.length}</small>
        </h2>
        <ul class="lines">
          {stops.value.map((stop) => (
            <li key={stop.id}>
              <span class="grow">
                <b>{stop.name}</b> <small>{stop.device}</small>
              </span>
              <span>{t(stop.isDown === null ? 'stop.unknown' : stop.isDown ? 'stop.down' : 'stop.runs')}</span>
              {declaration(stop)}
            </li>
          ))}
        </ul>
      </section>
    );
});
