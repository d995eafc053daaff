import type { AlarmFiguresView } from '../../site-port.ts';
import { defineAsyncComponent, defineComponent, ref, watch } from 'vue';
import { get } from '../live/api.ts';
import { watchCalmly } from '../live/calm.ts';
import { alarmNews } from '../live/live.ts';
import { load, notLoaded } from '../parts/loaded.tsx';
import { priorityMark } from '../parts/priority-mark.tsx';
import { dateTime, duration, percent } from '../words/figures.ts';
import { language, t } from '../words/words.ts';

const HOUR_MS = 3_600_000;
const AGAIN_MS = 10_000;
const spans = [8 * HOUR_MS, 24 * HOUR_MS, 168 * HOUR_MS, 720 * HOUR_MS];
/** ISA-18.2: about one in ten minutes can be handled, more than ten is a flood. */
const FLOOD = 10;

/** Its library is larger than the rest of the page: loaded when it is looked at. */
const RateChart = defineAsyncComponent(async () => (await import('../parts/rate-chart.tsx')).RateChart);

/** How good the alarms are, by ISA-18.2 clause 16. */
export const AlarmFigures = defineComponent(() => {
  const span = ref(24 * HOUR_MS);
  const figures = load(() => {
    const to = Date.now();
    return get<AlarmFiguresView>(`alarms/figures?from=${to - span.value}&to=${to}`);
  });
  watch(span, figures.reload);
  watchCalmly(alarmNews, figures.reload, AGAIN_MS);

  const tile = (name: string, value: string, note: string) => (
    <div class="figure" key={name}>
      <b>{value}</b>
      <span>{name}</span>
      <small>{note}</small>
    </div>
  );

  const tiles = ({ annunciated, perTenMinutes, shareOfTimeInFlood, floods, acknowledgement }: AlarmFiguresView) => (
    <div class="figures">
      {tile(t('figure.annunciated'), String(annunciated), t('figure.annunciated-note'))}
      {tile(t('figure.rate'), perTenMinutes.average.toFixed(2), t('figure.rate-note', { peak: perTenMinutes.peak }))}
      {tile(t('figure.floods'), String(floods.length), t('figure.floods-note', { share: percent(shareOfTimeInFlood) }))}
      {tile(
        t('figure.acknowledgement'),
        acknowledgement.meanMs === undefined ? '—' : duration(acknowledgement.meanMs),
        t('figure.acknowledgement-note', {
          waiting: acknowledgement.waiting,
          longest: acknowledgement.longestMs === undefined ? '—' : duration(acknowledgement.longestMs),
        }),
      )}
    </div>
  );

  const rate = ({ tens, from, to }: AlarmFiguresView) => (
    <section>
      <h2>{t('figure.over-time')}</h2>
      <RateChart counts={tens} from={from} limit={FLOOD} />
      <p class="ends">
        <time>{dateTime(from)}</time> <span>{t('figure.limit')}</span> <time>{dateTime(to)}</time>
      </p>
    </section>
  );

  const table = (name: string, rows: readonly (readonly [string, string])[]) => (
    <section key={name}>
      <h2>
        {name} <small>{rows.length}</small>
      </h2>
      {rows.length === 0 ? (
        <p class="note">{t('figure.none')}</p>
      ) : (
        <table>
          <tbody>
            {rows.map(([alarm, text]) => (
              <tr key={alarm}>
                <td class="wide">{alarm}</td>
                <td class="number">{text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );

  const priorities = ({ priorities: of }: AlarmFiguresView) => (
    <section>
      <h2>{t('figure.priorities')}</h2>
      <table>
        <tbody>
          {(['critical', 'high', 'medium', 'low'] as const).map((priority) => (
            <tr key={priority}>
              <td>{priorityMark(priority)}</td>
              <td class="wide">
                <meter value={of[priority].share} max={1} aria-label={t(`priority.${priority}`)} />
              </td>
              <td class="number">
                {of[priority].count} · {percent(of[priority].share)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">{t('figure.priorities-note')}</p>
    </section>
  );

  const all = (found: AlarmFiguresView) => (
    <>
      {found.from > Date.now() - span.value + HOUR_MS && (
        <p class="note">{t('figure.shortened', { from: dateTime(found.from) })}</p>
      )}
      {tiles(found)}
      {rate(found)}
      <div class="columns">
        {priorities(found)}
        {table(
          t('figure.top-ten', { share: percent(found.shareOfTopTen) }),
          found.topTen.map(({ alarm, count, share }) => [alarm, `${count} · ${percent(share)}`]),
        )}
        {table(
          t('figure.chattering'),
          found.chattering.map(({ alarm, mostInAMinute }) => [
            alarm,
            t('figure.in-a-minute', { count: mostInAMinute }),
          ]),
        )}
        {table(
          t('figure.fleeting'),
          found.fleeting.slice(0, 10).map(({ alarm, times }) => [alarm, `${times}`]),
        )}
        {table(
          t('figure.stale'),
          found.stale.map(({ alarm, since }) => [alarm, dateTime(since)]),
        )}
        {table(
          t('figure.floods'),
          found.floods.map(({ from, to, alarms }) => [`${dateTime(from)} – ${dateTime(to) || '…'}`, `${alarms}`]),
        )}
      </div>
    </>
  );

  /** The months that people report on: the last whole one, and the one that runs. */
  const reportLinks = () =>
    [-1, 0].map((months) => {
      const now = new Date();
      const from = new Date(now.getFullYear(), now.getMonth() + months, 1).getTime();
      const to = Math.min(now.getTime(), new Date(now.getFullYear(), now.getMonth() + months + 1, 1).getTime());
      return (
        <a
          key={months}
          href={`api/alarms/report.html?from=${from}&to=${to}&language=${language.value}`}
          target="_blank"
          rel="noreferrer"
        >
          {t(months === 0 ? 'figure.report-this-month' : 'figure.report-last-month')}
        </a>
      );
    });

  return () => (
    <>
      <div class="bar">
        <div class="group" role="group" aria-label={t('trend.span')}>
          {spans.map((ms) => (
            <button
              key={ms}
              class={{ 'is-chosen': span.value === ms }}
              aria-pressed={span.value === ms}
              onClick={() => (span.value = ms)}
            >
              {duration(ms)}
            </button>
          ))}
        </div>
        <button class="plain" onClick={() => print()}>
          {t('page.print')}
        </button>
        {reportLinks()}
      </div>
      {notLoaded(figures) ?? (figures.value.value && all(figures.value.value))}
    </>
  );
});
