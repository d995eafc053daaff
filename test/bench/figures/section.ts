import type { BenchRun, RecordedResult } from '../history.ts';
import { rounded } from '../table.ts';
import type { Cause } from './causes.ts';

export type Language = 'en' | 'zh';

/** Between these two lines of a README stands what {@link figuresSection} makes. */
export const BEGIN = '<!-- figures: made by node test/bench/figures/main.ts -->';
const END = '<!-- end of figures -->';

const words = {
  en: {
    head: ['', 'figure', 'unit', 'target', 'measured', 'reference', 'ratio', '`npm run bench --`'],
    none: 'No run has been recorded yet.',
    short: 'What falls short, and why:',
    unknown: 'the cause is not known yet',
    run: (run: BenchRun) =>
      `${run.time.slice(0, 10)}, commit ${run.commit}, load ${run.load.toFixed(1)}, ${run.machine}: \`${run.command}\``,
  },
  zh: {
    head: ['', '指标', '单位', '目标', '实测', '参照', '比值', '`npm run bench --`'],
    none: '尚无记录。',
    short: '未达标的指标及原因：',
    unknown: '原因尚未查明',
    run: (run: BenchRun) =>
      `${run.time.slice(0, 10)}，提交 ${run.commit}，负载 ${run.load.toFixed(1)}，${run.machine}：\`${run.command}\``,
  },
} as const;

/**
 * The latest recorded figure of each benchmark that has a target or a reference, what falls short with its cause, and the
 * runs from which they are. Markdown.
 */
export function figuresSection(
  history: readonly BenchRun[],
  causes: Readonly<Record<string, Cause>>,
  language: Language,
): string {
  const text = words[language];
  const latest = latestOf(history);
  if (latest.size === 0) return text.none;
  const results = [...latest.values()].flatMap(({ results: all }) => all);
  const rows = results
    .filter(({ target, reference }) => target !== 'none' || reference !== null)
    .map((result) => cellsOf(result));
  const table = [text.head, text.head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const short = results
    .filter(({ ok }) => !ok)
    .map(({ name }) => `- ${escaped(name)}: ${causes[name]?.[language] ?? text.unknown}`);
  const runs = [...new Set([...latest.values()].map(({ run }) => run))].map((run) => `- ${text.run(run)}`);
  return [...table, '', ...(short.length > 0 ? [text.short, '', ...short, ''] : []), ...runs].join('\n');
}

/** The text with the section between its two lines made anew; undefined where the lines are not there. */
export function withSection(readme: string, section: string): string | undefined {
  const from = readme.indexOf(BEGIN);
  const to = readme.indexOf(END);
  if (from < 0 || to < from) return undefined;
  return `${readme.slice(0, from + BEGIN.length)}\n\n${section}\n\n${readme.slice(to)}`;
}

/** By benchmark: the last run in which it took part, and its results there. A row that it no longer has is gone. */
function latestOf(history: readonly BenchRun[]) {
  const latest = new Map<string, { readonly run: BenchRun; readonly results: readonly RecordedResult[] }>();
  for (const run of history)
    for (const bench of new Set(run.results.map((result) => result.bench)))
      latest.set(bench, { run, results: run.results.filter((result) => result.bench === bench) });
  return new Map([...latest].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

const cellsOf = ({ ok, name, unit, target, measured, reference, ratio, bench }: RecordedResult): readonly string[] => [
  ok ? '✓' : '✗',
  escaped(name),
  unit,
  target === 'none' ? '' : target,
  rounded(measured),
  reference === null ? '' : rounded(reference),
  ratio === null ? '' : rounded(ratio),
  `\`${bench}\``,
];

const escaped = (text: string): string => text.replaceAll('|', String.raw`\|`);
