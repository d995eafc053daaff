import type { PermitsView, PermitView } from '#agent/model/permit-view.ts';
import { computed, defineComponent, ref } from 'vue';
import { siteViews } from '../live/site-views.ts';
import { notLoaded } from '../parts/loaded.tsx';
import { dateTime, duration } from '../words/figures.ts';
import { t } from '../words/words.ts';
import { PermitDetail } from '../work/permit-detail.tsx';
import { WorkTimeline } from '../work/work-timeline.tsx';
import { workZones } from '../work/work-zones.tsx';

const HOUR_MS = 3_600_000;
const spans = [12 * HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS, 168 * HOUR_MS];
/** The line shows more of what was than of what comes. */
const SHARE_BEFORE_NOW = 0.6;

/** Special work on a line of time: permits, gas tests, people, cameras, and what is wrong. */
export const Work = defineComponent(() => {
  const { answer, views: watches } = siteViews<PermitsView>('permits');
  const length = ref(24 * HOUR_MS);
  const chosen = ref<string>();

  const span = computed(() => {
    // Asked anew each two seconds: the line moves on with the answers.
    const now = answer.value.value ? Date.now() : 0;
    return { from: now - SHARE_BEFORE_NOW * length.value, to: now + (1 - SHARE_BEFORE_NOW) * length.value };
  });

  const suspensions = ({ suspensions: all }: PermitsView) =>
    all.map(({ from, to, reason, works, allowed }) => (
      <p key={`${from} ${reason}`} class="suspension">
        <b>{t('work.suspended-time')}</b> <time>{dateTime(from)}</time> – <time>{dateTime(to)}</time> · {reason} ·{' '}
        {works.length === 0 ? t('work.all-works') : works.map((work) => t(`work.kind.${work}`)).join(', ')} ·{' '}
        {t(`work.suspended-${allowed}`)}
      </p>
    ));

  const spanChoice = () => (
    <div class="group" role="group" aria-label={t('work.span')}>
      {spans.map((ms) => (
        <button
          key={ms}
          class={{ 'is-chosen': length.value === ms }}
          aria-pressed={length.value === ms}
          onClick={() => (length.value = ms)}
        >
          {duration(ms)}
        </button>
      ))}
    </div>
  );

  const summary = ({ permits }: PermitsView) => {
    const active = permits.filter(({ state }) => state === 'active').length;
    const violations = permits.reduce((sum, permit) => sum + permit.violations.length, 0);
    return (
      <>
        <span>{t('work.active', { count: active })}</span>
        <span class={{ fault: violations > 0 }}>
          {violations === 0 ? t('work.no-violation') : t('work.violations', { count: violations })}
        </span>
      </>
    );
  };

  const watch = (one: PermitsView & { readonly id: string }) => {
    const picked = one.permits.find(({ id }: PermitView) => id === chosen.value);
    return (
      <section key={one.id} class="work">
        <h2>{one.name}</h2>
        {one.quality !== 'good' && (
          <p class="fault" role="status">
            {t('work.doubt', { quality: one.quality })}
          </p>
        )}
        {suspensions(one)}
        <div class="bar">
          {spanChoice()}
          {summary(one)}
          <button class="plain" onClick={() => print()}>
            {t('page.print')}
          </button>
        </div>
        {one.permits.length === 0 ? (
          <p class="empty">{t('work.none')}</p>
        ) : (
          <WorkTimeline
            permits={one.permits}
            span={span.value}
            chosen={chosen.value}
            onChoose={(id) => (chosen.value = chosen.value === id ? undefined : id)}
          />
        )}
        {one.total > one.permits.length && (
          <p class="note">{t('work.shown', { shown: one.permits.length, all: one.total })}</p>
        )}
        {picked && <PermitDetail key={picked.id} permit={picked} onClose={() => (chosen.value = undefined)} />}
        {workZones(one.zones)}
      </section>
    );
  };

  return () =>
    notLoaded(answer) ??
    (watches.value.length === 0 ? <p class="empty">{t('work.empty')}</p> : <>{watches.value.map(watch)}</>);
});
