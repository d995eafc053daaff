import type { AlarmDefinition, Text } from '#agent/model/alarm.ts';
import type { AlarmReport } from './alarm-report.ts';
import { chatterRows } from './chatter-rows.ts';
import { escaped, table } from './html-parts.ts';

export type Language = keyof Text;

export interface ReportHeading {
  readonly site: string;
  readonly timezone: string;
  readonly definitions: readonly AlarmDefinition[];
}

const style = `
@page { size: A4; margin: 15mm }
body { font: 10.5pt/1.5 "Noto Sans CJK SC", "Microsoft YaHei", SimSun, sans-serif; color: #111; max-width: 190mm; margin: 0 auto }
h1 { font-size: 16pt; margin: 0 } h2 { font-size: 12pt; margin: 6mm 0 2mm; break-after: avoid }
table { border-collapse: collapse; width: 100% } tr { break-inside: avoid }
th, td { border: .3pt solid #888; padding: 1mm 2mm; text-align: left; vertical-align: top; overflow-wrap: anywhere }
td.number { text-align: right; white-space: nowrap } th { background: #eee }
.missed { font-weight: bold } .missed::before { content: "▲ " } .note { color: #555 }
.signatures { margin-top: 12mm; display: flex; justify-content: space-between }
`;

/** A report to be printed, one file without anything from elsewhere. */
export function reportHtml(report: AlarmReport, heading: ReportHeading, language: Language): string {
  const { positions, days, chatter, changes, hidden, coverage } = report;
  const t = (zh: string, en: string): string => (language === 'zh' ? zh : en);
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: heading.timezone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const time = (at: number): string => format.format(at);
  const messages = new Map(heading.definitions.map(({ id, message }) => [id as string, message?.[language] ?? '']));
  const alarm = (id: string): string => [id, messages.get(id) ?? ''].filter(Boolean).join(' · ');
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const title = t('报警管理月报', 'Monthly alarm report');
  const [all] = positions;
  const { floods = [], topTen = [], fleeting = [], stale = [], acknowledgement } = all?.figures ?? {};
  const position = ({ group, alarms, figures, judged }: AlarmReport['positions'][number]): string =>
    `<h2>${escaped(group ?? t('全厂', 'Whole site'))} <small>${t(`${alarms} 个报警点，${figures.annunciated} 次报警`, `${alarms} alarms configured, ${figures.annunciated} annunciated`)}</small></h2>` +
    table(
      [t('指标', 'figure'), t('实际', 'actual'), t('限值', 'limit'), t('依据', 'from')],
      judged.map(({ name, value, limit, unit, isMet, clause }) => [
        { text: name[language], isMissed: !isMet },
        { text: `${value} ${unit}`, isNumber: true },
        { text: `≤ ${limit} ${unit}`, isNumber: true },
        { text: clause },
      ]),
    );
  const list = (
    name: string,
    rows: readonly (readonly [string, string])[],
    columns: readonly [string, string],
  ): string =>
    `<h2>${escaped(name)} <small>${rows.length}</small></h2>` +
    (rows.length === 0
      ? `<p class="note">${t('无', 'none')}</p>`
      : table(
          columns,
          rows.map(([one, other]) => [{ text: one }, { text: other, isNumber: true }]),
        ));
  const name = t('报警', 'alarm');
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><title>${escaped(`${title} ${heading.site}`)}</title><style>${style}</style></head><body>
<h1>${title}</h1>
<p>${escaped(heading.site)} · ${time(report.from)} – ${time(report.to)} (${escaped(heading.timezone)}) · ${t('生成于', 'made')} ${time(report.madeAt)}<br>
<span class="note">${t('记录完整率', 'agent present')} ${percent(coverage)} · ${t('搁置', 'shelved')} ${hidden.shelved} · ${t('抑制', 'suppressed')} ${hidden.suppressed} · ${t('停用', 'out of service')} ${hidden['out-of-service']}</span></p>
${positions.map(position).join('\n')}
${dayChart(days, t('每日报警数', 'Alarms a day'), t('最多', 'at most'))}
${list(
  t('报警泛滥', 'Floods'),
  floods.map(
    ({ from, to, alarms, peak }) =>
      [
        `${time(from)} – ${to === undefined ? '…' : time(to)}`,
        t(`${alarms} 次，10 分钟最多 ${peak}`, `${alarms}, ${peak} in 10 min`),
      ] as const,
  ),
  [t('时间', 'time'), t('报警数', 'alarms')],
)}
${list(
  t('最频繁的十个报警', 'Most frequent alarms'),
  topTen.map(({ alarm: id, count, share }) => [alarm(id), `${count} · ${percent(share)}`] as const),
  [name, t('次数', 'count')],
)}
<h2>${t('抖动报警与整改建议', 'Chattering alarms and what would have ended it')} <small>${chatter.length}</small></h2>
${chatter.length === 0 ? `<p class="note">${t('无', 'none')}</p>` : table([name, t('次数 / 每分钟最多', 'raised / most in a minute'), t('按历史数据回放的建议（先试第一条）', 'advice by replay of history (first things first)')], chatterRows(chatter, { language, alarm, time, definitions: heading.definitions }))}
${list(
  t('瞬时报警', 'Fleeting alarms'),
  fleeting.slice(0, 50).map(({ alarm: id, times }) => [alarm(id), String(times)] as const),
  [name, t('次数', 'times')],
)}
${list(
  t('陈旧报警', 'Stale alarms'),
  stale.map(({ alarm: id, since }) => [alarm(id), time(since)] as const),
  [name, t('开始', 'since')],
)}
<h2>${t('确认', 'Acknowledgement')}</h2>
<p>${t('已确认', 'acknowledged')} ${acknowledgement?.count ?? 0}${acknowledgement?.meanMs === undefined ? '' : ` · ${t('平均用时', 'after on average')} ${(acknowledgement.meanMs / 1000).toFixed(0)} s`} · ${t('待确认', 'waiting')} ${acknowledgement?.waiting ?? 0}</p>
<h2>${t('报警设定变更', 'Changes of alarm settings')} <small>${changes.length}</small></h2>
${
  changes.length === 0
    ? `<p class="note">${t('无', 'none')}</p>`
    : table(
        [t('时间', 'time'), name, t('变更', 'change'), t('变更人', 'by')],
        changes.slice(0, 500).map(({ time: at, what, action, detail = {}, who }) => [
          { text: time(at) },
          { text: what },
          {
            text: `${action} ${Object.entries(detail)
              .map(([key, value]) => `${key}: ${String(value)}`)
              .join('; ')}`,
          },
          { text: who },
        ]),
      )
}
<div class="signatures"><span>${t('编制', 'made by')}：________</span><span>${t('审核', 'checked by')}：________</span><span>${t('批准', 'approved by')}：________</span></div>
</body></html>
`;
}

function dayChart(days: readonly number[], name: string, atMost: string): string {
  const most = Math.max(1, ...days);
  const bars = days
    .map((count, day) => {
      const height = (60 * count) / most;
      return `<rect x="${day * 16 + 2}" y="${(64 - height).toFixed(1)}" width="12" height="${height.toFixed(1)}"><title>${day + 1}: ${count}</title></rect><text x="${day * 16 + 8}" y="74" font-size="6" text-anchor="middle">${day + 1}</text>`;
    })
    .join('');
  return `<h2>${escaped(name)} <small>${escaped(`${atMost} ${most}`)}</small></h2><svg viewBox="0 0 ${days.length * 16} 76" width="100%" fill="#333" role="img">${bars}</svg>`;
}
