import { localTime } from './local-time.ts';
import { loopValue } from './loop-value.ts';
import type { Check } from './outcome.ts';
import { both, escaped, tableOf, verdictCell } from './report-markup.ts';

/** Who compared which point with its instrument, when, and what both showed. */
export function loopsTable(checks: readonly Check[], timezone: string): string {
  const head = [
    { zh: '测点', en: 'Point' },
    { zh: '名称', en: 'Name' },
    { zh: '结果', en: 'Result' },
    { zh: '系统读数', en: 'Read' },
    { zh: '仪表示值', en: 'Instrument' },
    { zh: '何人', en: 'Who' },
    { zh: '何时', en: 'When' },
    { zh: '备注', en: 'Remark' },
  ];
  const rows = checks.map(({ subject, name, verdict, found, comparison }) => {
    const cells = comparison ? cellsOf(comparison, timezone) : `<td colspan="5">${both(found)}</td>`;
    return `<tr><td class="id">${escaped(subject)}</td><td>${escaped(name)}</td>${verdictCell(verdict)}${cells}</tr>`;
  });
  return tableOf(head, rows);
}

function cellsOf(comparison: NonNullable<Check['comparison']>, timezone: string): string {
  const { read, instrument, who, time, remark, isSimulated, unit } = comparison;
  const value = loopValue(read, unit);
  const cells = [
    value.zh === value.en ? escaped(value.en) : both(value, '<br>'),
    escaped(loopValue({ value: instrument }, unit).en),
    escaped(who),
    localTime(time, timezone),
    `${isSimulated ? `${both({ zh: '仅与仿真设备比对', en: 'of a simulator only' })}<br>` : ''}${escaped(remark)}`,
  ];
  return cells.map((cell) => `<td>${cell}</td>`).join('');
}
