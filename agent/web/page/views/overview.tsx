import { defineComponent } from 'vue';
import { RouterLink } from 'vue-router';
import { get } from '../live/api.ts';
import { watchCalmly } from '../live/calm.ts';
import { alarmNews, overview } from '../live/live.ts';
import type { AlarmView, Priority } from '../live/shapes.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { priorityMark } from '../parts/priority-mark.tsx';
import { clockTime, duration, valueText } from '../words/figures.ts';
import { inLanguage, t } from '../words/words.ts';
import { FloodSummary } from './flood-summary.tsx';
import { PeopleCounts } from './people-counts.tsx';
import { WarningLevel } from './warning-level.tsx';

const priorities: readonly Priority[] = ['critical', 'high', 'medium', 'low'];
const NEWEST = 8;

/** The site at a glance. */
export const Overview = defineComponent(() => {
  const newest = load(() => get<{ alarms: AlarmView[] }>(`alarms?limit=${NEWEST}`));
  watchCalmly(alarmNews, newest.reload, 2000);

  const counts = () => (
    <section>
      <h2>{t('overview.alarms')}</h2>
      <div class="counts">
        {priorities.map((priority) => {
          const { standing, unacknowledged } = overview.value?.alarms[priority] ?? { standing: 0, unacknowledged: 0 };
          return (
            <RouterLink to={{ name: 'alarms' }} class={['count', priority, standing > 0 ? 'is-on' : 'is-off']}>
              {priorityMark(priority)}
              <b>{standing}</b>
              <small>
                {unacknowledged} {t('overview.unacknowledged')}
              </small>
            </RouterLink>
          );
        })}
      </div>
      {(overview.value?.alarms.hidden ?? 0) > 0 && (
        <p class="note">{t('overview.hidden', { count: overview.value?.alarms.hidden ?? 0 })}</p>
      )}
    </section>
  );

  const newestAlarms = () => (
    <section>
      <h2>{t('overview.newest')}</h2>
      {notLoaded(newest) ??
        (newest.value.value?.alarms.length === 0 ? (
          <p class="note">{t('overview.none')}</p>
        ) : (
          <ul class="lines">
            {newest.value.value?.alarms.map(({ definition, value, raisedAt, state }) => (
              <li key={definition.id} class={state}>
                {priorityMark(definition.priority)}
                <span class="grow">{inLanguage(definition.message) || definition.id}</span>
                <span>{valueText(value)}</span>
                <time>{clockTime(raisedAt)}</time>
              </li>
            ))}
          </ul>
        ))}
    </section>
  );

  const sources = () => (
    <section>
      <h2>{t('overview.sources')}</h2>
      <ul class="lines">
        {overview.value?.sources.map(({ id, name, state, reason, perSecond }) => (
          <li key={id}>
            <span class={['state', state]}>{t(`source.state.${state}`)}</span>
            <span class="grow">
              {name} {reason && <small>{reason}</small>}
            </span>
            <span>{t('overview.rate', { rate: perSecond.toFixed(0) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );

  const uplinks = () => (
    <section>
      <h2>{t('overview.uplinks')}</h2>
      <ul class="lines">
        {overview.value?.uplinks.map(({ receiver, name, state, reason, lagMs, lagRecords }) => (
          <li key={receiver}>
            <span class={['state', state]}>{t(`uplink.state.${state}`)}</span>
            <span class="grow">
              {name} {reason && <small>{reason}</small>}
            </span>
            <span>
              {lagRecords === 0
                ? t('uplink.caught-up')
                : t('uplink.behind', { time: duration(lagMs), count: lagRecords })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );

  const journal = () => {
    const { hoursOfBuffer = null, bytes = 0, samplesPerSecond = 0 } = overview.value?.journal ?? {};
    return (
      <section>
        <h2>{t('overview.journal')}</h2>
        <p>
          {(bytes / 1e6).toFixed(1)} MB · {t('overview.rate', { rate: samplesPerSecond.toFixed(0) })}
          {hoursOfBuffer !== null && ` · ${t('overview.buffer', { hours: hoursOfBuffer.toFixed(0) })}`}
        </p>
      </section>
    );
  };

  return () =>
    overview.value === undefined ? (
      <p class="loading">{t('page.loading')}</p>
    ) : (
      <>
        <FloodSummary />
        <div class="columns">
          {counts()}
          <WarningLevel />
          <PeopleCounts />
          {newestAlarms()}
          {uplinks()}
          {journal()}
          {sources()}
        </div>
      </>
    );
});
