import { annunciations } from '#agent/alarms/annunciation.ts';
import { alarmFigures } from '#agent/alarms/figures.ts';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import type { AlarmFiguresView, SitePort } from '#agent/web/site-port.ts';

const DAY_MS = 86_400_000;
const TEN_MINUTES_MS = 600_000;
const PAGE = 1000;
/** Looked at in one call, so that it stays short; about a tenth of a second. */
const MOST = 20_000;

/** The figures of the transitions that the journal holds. Where there are too many, the newest count and `from` says so. */
export function figuresOfJournal(journal: SitePort['journal'], from: number, to: number): AlarmFiguresView {
  // A day more, for what was still going on at the beginning.
  const { transitions, isWhole } = newest(journal, from - DAY_MS);
  const begin = isWhole ? from : Math.min(to - 1, Math.max(from, transitions[0]?.time ?? from));
  const figures = alarmFigures(transitions, { from: begin, to });
  const tens = Array.from({ length: Math.ceil((to - begin) / TEN_MINUTES_MS) }, () => 0);
  for (const { transition } of annunciations(transitions)) {
    const period = Math.floor((transition.time - begin) / TEN_MINUTES_MS);
    if (period >= 0 && period < tens.length) tens[period] = (tens[period] ?? 0) + 1;
  }
  return { ...figures, tens };
}

function newest(journal: SitePort['journal'], since: number) {
  const pages: AlarmTransition[][] = [];
  let before = journal.head('alarm') + 1;
  for (let count = 0; before > journal.tail('alarm'); count += PAGE) {
    if (count >= MOST) return { transitions: pages.toReversed().flat(), isWhole: false };
    const records = journal.read('alarm', Math.max(0, before - 1 - PAGE), PAGE, before);
    const [first] = records;
    if (!first) break;
    pages.push(records.flatMap((record) => (record.stream === 'alarm' ? [record.body] : [])));
    before = first.seq;
    if (first.time < since) break;
  }
  return { transitions: pages.toReversed().flat(), isWhole: true };
}
