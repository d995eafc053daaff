import { defineComponent } from 'vue';
import { overview } from '../live/live.ts';
import { session } from '../live/session.ts';
import { lastMonths } from '../parts/month-span.ts';
import type { MonthSpan } from '../parts/month-span.ts';
import { monthText } from '../words/figures.ts';
import { language, t } from '../words/words.ts';

const MONTHS = 13;

/** The alarm report of each month, as a page of its own to be printed or kept. */
export const AlarmReports = defineComponent(() => {
  const link = ({ from, to }: MonthSpan, now: number) => (
    <li key={from}>
      <a
        class="grow"
        href={`api/alarms/report.html?from=${from}&to=${Math.min(to, now)}&language=${language.value}`}
        target="_blank"
        rel="noreferrer"
      >
        {monthText(from)}
      </a>
      {to > now && <small>{t('alarm.report-running')}</small>}
    </li>
  );

  return () => {
    const now = overview.value?.time ?? Date.now();
    return (
      <section>
        <h2>{t('alarm.report')}</h2>
        <p class="note">{t('alarm.report-note')}</p>
        <ul class="lines">
          {lastMonths(now, MONTHS, session.value?.site.timezone ?? 'Asia/Shanghai').map((span) => link(span, now))}
        </ul>
      </section>
    );
  };
});
