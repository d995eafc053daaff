import type { Text } from '#agent/model/alarm.ts';
import { citationOf, ruleAt, ruleNumber } from '#agent/model/standard-rule.ts';
import type { StandardRule } from '#agent/model/standard-rule.ts';
import type { AlarmFigures } from '../figures.ts';

/** One figure against the number that the standard gives for it. */
export interface Judged {
  readonly name: Text;
  readonly value: number;
  readonly limit: number;
  readonly unit: '' | '%';
  readonly isMet: boolean;
  /** Standard and how well its number is known. */
  readonly clause: string;
}

const DAY_MS = 86_400_000;

interface Target {
  readonly rule: string;
  readonly key?: string;
  readonly name: Text;
  readonly unit: Judged['unit'];
  readonly of: (figures: AlarmFigures, days: number) => number;
}

const targets: readonly Target[] = [
  {
    rule: 'alarm-figures.rate.per-10-min',
    key: 'manageable',
    name: { zh: '每 10 分钟平均报警数', en: 'alarms in 10 minutes on average' },
    unit: '',
    of: ({ perTenMinutes }) => perTenMinutes.average,
  },
  {
    rule: 'alarm-figures.rate.per-day',
    key: 'manageable',
    name: { zh: '每日平均报警数', en: 'alarms in a day on average' },
    unit: '',
    of: ({ annunciated }, days) => annunciated / days,
  },
  {
    rule: 'alarm-figures.most-in-10-min',
    name: { zh: '任一 10 分钟最多报警数', en: 'most alarms in any 10 minutes' },
    unit: '',
    of: ({ perTenMinutes }) => perTenMinutes.peak,
  },
  {
    rule: 'alarm-figures.periods-above-10',
    name: { zh: '超过 10 个报警的 10 分钟时段占比', en: 'share of 10-minute periods with more than 10 alarms' },
    unit: '%',
    of: ({ perTenMinutes }) => 100 * perTenMinutes.shareAboveTen,
  },
  {
    rule: 'alarm-figures.hours-above-30',
    name: { zh: '超过 30 个报警的小时占比', en: 'share of hours with more than 30 alarms' },
    unit: '%',
    of: ({ shareOfHoursAboveThirty }) => 100 * shareOfHoursAboveThirty,
  },
  {
    rule: 'alarm-figures.flood-time',
    name: { zh: '报警泛滥时间占比', en: 'share of time in a flood' },
    unit: '%',
    of: ({ shareOfTimeInFlood }) => 100 * shareOfTimeInFlood,
  },
  {
    rule: 'alarm-figures.top-ten',
    key: 'most',
    name: { zh: '最频繁十个报警占比', en: 'share of the ten most frequent alarms' },
    unit: '%',
    of: ({ shareOfTopTen }) => 100 * shareOfTopTen,
  },
  {
    rule: 'alarm-figures.stale-a-day',
    name: { zh: '期末陈旧报警数', en: 'stale alarms at the end' },
    unit: '',
    of: ({ stale }) => stale.length,
  },
];

/** Figures that a standard of the day gives a number for; chattering and fleeting alarms shall be none. */
export function judgeFigures(
  figures: AlarmFigures,
  rules: readonly StandardRule[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly Judged[] {
  const days = (to - from) / DAY_MS;
  return targets.flatMap(({ rule: id, key, name, unit, of }) => {
    const rule = ruleAt(rules, id, from);
    const limit = ruleNumber(rule, key);
    if (!rule || limit === undefined) return [];
    const value = Math.round(100 * of(figures, days)) / 100;
    return [{ name, value, limit, unit, isMet: value <= limit, clause: citationOf(rule) }];
  });
}
