import { existsSync } from 'node:fs';
import type { Text } from '#agent/model/alarm.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { HeadcountDefinition } from '#agent/model/headcount.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import { citationOf, ruleNumber } from '#agent/model/standard-rule.ts';
import { readHistory, type HistoryPosition } from '#agent/journal/history.ts';
import { journalFile, openForReading, type Tables } from '#agent/journal/store.ts';
import { ruleInForce } from '#config/rules/load-packs.ts';
import type { SiteConfig } from '#config/site.ts';
import { localTime } from './local-time.ts';
import { failed } from './outcome.ts';
import type { Check, Verdict } from './outcome.ts';

/** What is older says nothing about the system that is handed over. */
const NEWEST_MS = 24 * 3_600_000;
/** Figures are told four times a minute; so far before the youngest record the newest of each is found. */
const LOOK_BACK_MS = 5 * 60_000;
const PAGE = 10_000;

interface Figure {
  readonly point: PointId;
  /** No more than this is allowed; absent: it is told and not judged. */
  readonly limit?: { readonly value: number; readonly rule: Text };
}

/**
 * How well people are located, from what the running agent has last kept in the journal of this box: errors against the
 * surveyed places and times between fixes are held to the rule pack in force; for fix rate and silent tags it has no number.
 */
export function positioningChecks({ site, points, journal, derivations }: SiteConfig, now: number): readonly Check[] {
  const headcounts = derivations.flatMap((one) => (one.kind === 'headcount' ? [one.definition] : []));
  const figures = headcounts.flatMap(figuresOf);
  if (figures.length === 0) return [];
  const nameOf = new Map(points.map(({ id, name, unit }) => [id, { name, unit }]));
  const named = (id: PointId): { readonly name: string; readonly unit: string } =>
    nameOf.get(id) ?? { name: id, unit: '' };
  const newest = newestOf(
    journal.directory,
    figures.map(({ point }) => point),
  );
  if ('trouble' in newest) return [newest.trouble];
  const judged = figures.map((figure) => {
    const { name, unit } = named(figure.point);
    const sample = newest.samples.get(figure.point);
    return { subject: figure.point, name, ...judge(figure, { sample, unit, now, timezone: site.timezone }) };
  });
  return [...judged, ...headcounts.flatMap(unmeasured)];
}

function figuresOf({ survey, figures }: HeadcountDefinition): readonly Figure[] {
  const told = [figures.tags, figures.silent, figures.fixRate].map((point) => ({ point }));
  if (!survey) return told;
  const { p50, p95, max, fixes, interval } = survey.points;
  return [
    ...told,
    { point: fixes },
    { point: p50 },
    { point: p95, ...limitOf('locating.accuracy', 'at-rest') },
    { point: max },
    { point: interval, ...limitOf('locating.fix-every') },
  ];
}

/** Which of the two limits of the rule. */
const keyTexts = {
  'at-rest': { zh: '静态 ', en: 'at rest ' },
  'in-motion': { zh: '动态 ', en: 'in motion ' },
} as const satisfies Readonly<Record<string, Text>>;

function limitOf(id: string, key?: keyof typeof keyTexts): Pick<Figure, 'limit'> {
  const found = ruleInForce(id);
  const value = ruleNumber(found, key);
  if (!found || value === undefined) return {};
  const clause = citationOf(found);
  const asked = `${value} ${found.unit}`;
  const { zh, en } = found.about;
  const which = key ? keyTexts[key] : { zh: '', en: '' };
  const rule = { zh: `${zh}：${which.zh}${asked}，${clause}`, en: `${en}: ${which.en}${asked}, ${clause}` };
  return { limit: { value, rule } };
}

interface Seen {
  readonly sample: Sample | undefined;
  readonly unit: string;
  readonly now: number;
  readonly timezone: string;
}

function judge(
  { limit }: Figure,
  { sample, unit, now, timezone }: Seen,
): { readonly verdict: Verdict; readonly found: Text } {
  if (!sample || now - sample.receiveTime > NEWEST_MS) return { verdict: 'not-checked', found: neverRan };
  const rule = limit ? { zh: `；${limit.rule.zh}`, en: `; ${limit.rule.en}` } : { zh: '', en: '' };
  const at = localTime(sample.receiveTime, timezone);
  const { quality, value } = sample;
  const shown = typeof value === 'number' ? `${value} ${unit}`.trim() : '–';
  const doubt = quality.level === 'good' ? { zh: '', en: '' } : doubts(quality.reason);
  const isSimulated = hasFlag(sample.flags, 'sim');
  const mark = isSimulated ? { zh: '，仅为仿真', en: ', of simulators only' } : { zh: '', en: '' };
  const found = {
    zh: `${shown}${doubt.zh}（${at}）${mark.zh}${rule.zh}`,
    en: `${shown}${doubt.en} at ${at}${mark.en}${rule.en}`,
  };
  if (isSimulated) return { verdict: 'not-checked', found };
  if (!limit) return { verdict: 'measured', found };
  const isWithin = quality.level === 'good' && typeof value === 'number' && value <= limit.value;
  return { verdict: isWithin ? 'passed' : 'failed', found };
}

const doubts = (reason: string): Text => ({
  zh: `，存疑：${reason === 'stale' ? '有参考标签未被听到' : reason}`,
  en: `, in doubt: ${reason === 'stale' ? 'a tag at a surveyed place is not heard' : reason}`,
});

const neverRan: Text = {
  zh: '本机日志最近 24 小时内无此记录：先让系统带人员运行，再验收',
  en: 'nothing of the last 24 hours in the journal of this box: let the agent run with people first, then accept',
};

/** What no figure of a running system can show. */
function unmeasured({ id, survey }: HeadcountDefinition): readonly Check[] {
  const own = id.slice(id.indexOf('/') + 1);
  const check = (what: string, name: string, found: Text): Check => ({
    subject: `${own}.${what}`,
    name,
    verdict: 'not-checked',
    found,
  });
  const moving = limitOf('locating.accuracy', 'in-motion').limit?.rule;
  return [
    ...(survey
      ? []
      : [
          check('accuracy', '定位误差', {
            zh: '未配置参考标签：在已测量的位置悬挂定位卡，并写入 survey:',
            en: 'no tags at surveyed places: hang some there and name them under survey:',
          }),
        ]),
    ...(moving
      ? [
          check('accuracy-in-motion', '动态定位误差', {
            zh: `动态误差须由人沿已测路径行走测得；${moving.zh}`,
            en: `in motion it takes somebody who walks a surveyed path; ${moving.en}`,
          }),
        ]
      : []),
  ];
}

function newestOf(
  directory: string,
  points: readonly PointId[],
): { readonly samples: ReadonlyMap<PointId, Sample> } | { readonly trouble: Check } {
  // A box that never ran has kept nothing.
  if (!existsSync(journalFile(directory))) return { samples: new Map() };
  try {
    const tables = openForReading(directory);
    try {
      return { samples: readNewest(tables, points) };
    } finally {
      tables.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const found = {
      zh: `无法读取定位质量记录（${why}）：请运行 firewatch journal verify ${directory}`,
      en: `figures of positioning can not be read (${why}): run firewatch journal verify ${directory}`,
    };
    return { trouble: failed('journal', directory, found) };
  }
}

function readNewest(tables: Tables, points: readonly PointId[]): ReadonlyMap<PointId, Sample> {
  const newest = new Map<PointId, Sample>();
  const youngest = tables.blocks.youngest()?.last_time;
  if (youngest === undefined) return newest;
  const range = { points, from: youngest - LOOK_BACK_MS, to: youngest + 1, limit: PAGE };
  for (let after: HistoryPosition | undefined; ;) {
    const page = readHistory(tables, { ...range, ...(after && { after }) });
    for (const sample of page.samples) newest.set(sample.point, sample);
    if (!page.next) return newest;
    after = page.next;
  }
}
