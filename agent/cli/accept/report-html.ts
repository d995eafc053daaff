import type { Text } from '#agent/model/alarm.ts';
import { localTime } from './local-time.ts';
import { loopsTable } from './loops-table.ts';
import { countOf, isAccepted } from './outcome.ts';
import type { Acceptance, Check, Part } from './outcome.ts';
import { both, escaped, tableOf, verdictCell } from './report-markup.ts';
import { reportStyle } from './report-style.ts';
import { partNotes, partWords, verdictWords } from './report-words.ts';

/** The report as one page of HTML, Chinese first, that loads nothing. `fingerprint`: of the key by which it is signed. */
export function reportHtml(acceptance: Acceptance, fingerprint: string): string {
  const { site, parts } = acceptance;
  const isGood = isAccepted(acceptance);
  const sum = isGood ? both({ zh: '验收合格', en: 'Accepted' }) : both({ zh: '验收未通过', en: 'Not accepted' });
  return `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(site.name)} 验收报告 · Acceptance report</title><style>${reportStyle}</style></head>
<body>
<h1>${both({ zh: '验收报告', en: 'Acceptance report' })}</h1>
<p>${escaped(site.name)} <span class="en">${escaped(site.id)}</span></p>
<div class="verdict ${isGood ? 'passed' : 'failed'}">${sum}</div>
${factsTable(acceptance, fingerprint)}
<h2>${both({ zh: '汇总', en: 'Summary' })}</h2>
${summaryTable(parts)}
${parts.map((part) => partSection(part, site.timezone)).join('\n')}
<h2>${both({ zh: '签字', en: 'Signatures' })}</h2>
<table class="sign"><tbody>${[
    { zh: '集成方', en: 'Integrator' },
    { zh: '业主', en: 'Owner' },
    { zh: '监理或见证方', en: 'Witness' },
  ]
    .map((who) => `<tr><td>${both(who)}</td><td></td><td>${both({ zh: '日期', en: 'Date' })}</td><td></td></tr>`)
    .join('')}</tbody></table>
<p>${both({
    zh: '本文件带数字签名，任何改动均可发现：firewatch accept verify 本文件',
    en: 'This file is signed; any change shows: firewatch accept verify FILE',
  })}</p>
</body>
</html>
`;
}

function factsTable({ site, version, host, begun, ended, files, by }: Acceptance, fingerprint: string): string {
  const time = (ms: number): string =>
    `${localTime(ms, site.timezone)} (${site.timezone}); ${new Date(ms).toISOString()}`;
  const rows: readonly (readonly [Text, string])[] = [
    [{ zh: '开始', en: 'Begun' }, time(begun)],
    [{ zh: '结束', en: 'Ended' }, time(ended)],
    [{ zh: '工控机', en: 'Box' }, host],
    [{ zh: '版本', en: 'Version' }, `Firewatch ${version}`],
    ...(by === undefined ? [] : [[{ zh: '执行人', en: 'Run by' }, by] as const]),
    [{ zh: '签名密钥指纹', en: 'Fingerprint of the key' }, fingerprint],
  ];
  const facts = rows.map(([name, value]) => `<tr><td>${both(name)}</td><td>${escaped(value)}</td></tr>`);
  const digests = files.map(
    ({ name, sha256 }) => `<tr><td>${escaped(name)}</td><td><code>SHA-256 ${sha256}</code></td></tr>`,
  );
  return `<table class="facts"><tbody>${[...facts, ...digests].join('')}</tbody></table>`;
}

const verdicts = ['passed', 'failed', 'by-hand', 'measured', 'not-checked'] as const;

function summaryTable(parts: readonly Part[]): string {
  const rows = parts.map(({ name, checks }) => {
    const counts = verdicts.map((verdict) => {
      const count = countOf(checks, verdict);
      return `<td class="number${count > 0 ? ` ${verdict}` : ''}">${count}</td>`;
    });
    return `<tr><td>${both(partWords[name])}</td>${counts.join('')}</tr>`;
  });
  const head = [{ zh: '项目', en: 'Part' }, ...verdicts.map((verdict) => verdictWords[verdict])];
  return tableOf(head, rows);
}

function partSection({ name, checks }: Part, timezone: string): string {
  const none = `<p>${both({ zh: '无', en: 'None configured.' })}</p>`;
  const table = name === 'loops' ? loopsTable(checks, timezone) : checksTable(checks);
  return `<h2>${both(partWords[name])}</h2>
<p>${both(partNotes[name])}</p>
${checks.length === 0 ? none : table}`;
}

function checksTable(checks: readonly Check[]): string {
  const head = [
    { zh: '对象', en: 'Subject' },
    { zh: '名称', en: 'Name' },
    { zh: '结果', en: 'Result' },
    { zh: '所见', en: 'Found' },
  ];
  return tableOf(head, checks.map(checkRow));
}

const checkRow = ({ subject, name, verdict, found }: Check): string =>
  `<tr><td class="id">${escaped(subject)}</td><td>${escaped(name)}</td>${verdictCell(verdict)}<td>${both(found, '<br>')}</td></tr>`;
