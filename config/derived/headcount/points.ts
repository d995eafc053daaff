import { ruleTexts, type ZoneRule } from '#agent/model/headcount.ts';
import type { AlarmPriority } from '#agent/model/alarm.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import { citationOf, ruleNumber, type StandardRule } from '#agent/model/standard-rule.ts';
import { ruleInForce } from '../../rules/load-packs.ts';
import { pointBelow } from '../derived-section.ts';
import type { Entry, Path } from '../../place.ts';
import { valueAt } from '../../place.ts';
import type { ReadHeadcount } from './read.ts';

const priorities: Readonly<Record<ZoneRule, AlarmPriority>> = {
  sos: 'critical',
  motionless: 'critical',
  'over-limit': 'high',
  intruder: 'high',
  'post-empty': 'high',
  'left-post': 'high',
  unescorted: 'medium',
  overstay: 'medium',
  'under-manned': 'medium',
  'strap-cut': 'medium',
  gathering: 'medium',
  'tag-lost': 'medium',
  'low-battery': 'low',
};

/** What says something of a device and nothing of the people may be shelved; the rest only acknowledged. */
const ofDevices: readonly ZoneRule[] = ['low-battery', 'tag-lost', 'strap-cut'];

/** The points of a headcount, as `points:` would write them; their faults stand at the zone. */
export function headcountPoints({ entry, text, definition }: ReadHeadcount): readonly Entry[] {
  const staleAfter = `${definition.repeatMs * 3}ms`;
  const point = (place: Path, id: string, keys: Readonly<Record<string, unknown>>): Entry =>
    pointBelow(entry, place, { id, source: SITE_SOURCE, address: id, staleAfter, kind: 'number', ...keys });
  const zones = definition.zones.flatMap(({ id, points, rules }, index) => {
    // One whose id stands twice would tell every point twice.
    if (id !== undefined && text.zones.findIndex((zone) => zone.id === id) !== index) return [];
    const place = id === undefined ? [] : ['zones', index];
    const where = text.zones[index]?.name ?? id ?? '区域外';
    const zone = id === undefined ? {} : { zone: id };
    const counts = points
      ? [
          point(place, points.confirmed, { ...zone, name: `${where} 人数`, safetyRole: 'headcount' }),
          point(place, points.stale, { ...zone, name: `${where} 失联人数` }),
          point(place, points.unknown, { ...zone, name: `${where} 未登记人数` }),
        ]
      : [];
    const states = Object.entries(rules).map(([name, rulePoint]) => {
      const rule = name as ZoneRule;
      const { zh, en } = ruleTexts[rule].text;
      const message = { zh: `${where}：${zh}`, en: `${en}: ${id ?? 'outside of all zones'}` };
      return point(place, rulePoint, {
        ...zone,
        kind: 'state',
        name: `${where} ${zh}`,
        states: { true: zh, false: '无' },
        ...(!ofDevices.includes(rule) && { safetyRole: 'headcount' }),
        alarms: { state: { values: [true], priority: priorities[rule], message } },
      });
    });
    return [...counts, ...states];
  });
  const { tags, silent, fixRate } = definition.figures;
  const { roster } = definition;
  const ofRoster = roster
    ? [
        point([], roster.points.age, { name: '人员名册未更新时长', unit: 'h' }),
        point([], roster.points.stale, {
          kind: 'state',
          name: '人员名册过期',
          states: { true: '过期', false: '正常' },
          alarms: {
            state: {
              values: [true],
              priority: 'medium',
              message: { zh: '人员名册长时间未更新', en: 'The roster of persons has not been told for too long' },
            },
          },
        }),
      ]
    : [];
  const { survey } = definition;
  const error = (id: string, name: string, more = {}): Entry => point([], id, { name, unit: 'm', ...more });
  const ofSurvey = survey
    ? [
        error(survey.points.p50, '定位误差 P50'),
        error(survey.points.p95, '定位误差 P95', beyond(ruleInForce('locating.accuracy'), 'at-rest')),
        error(survey.points.max, '定位误差最大值'),
        point([], survey.points.fixes, { name: '参考标签定位次数' }),
        point([], survey.points.interval, {
          name: '定位更新间隔 P95',
          unit: 's',
          ...beyond(ruleInForce('locating.fix-every')),
        }),
      ]
    : [];
  return [
    ...zones,
    ...ofRoster,
    ...ofSurvey,
    point([], tags, { name: '定位标签数' }),
    point([], silent, { name: '静默标签数' }),
    point([], fixRate, { name: '定位成功率', unit: '%', range: { low: 0, high: 100 } }),
  ];
}

/** An alarm where a figure of the locating system is beyond what the standard in force asks for; it says which. */
function beyond(rule: StandardRule | undefined, key?: string): object {
  const setpoint = ruleNumber(rule, key);
  if (!rule || setpoint === undefined) return {};
  const { zh, en } = rule.about;
  const clause = citationOf(rule);
  const message = { zh: `人员定位质量：超过${zh}（${clause}）`, en: `Locating system: beyond the ${en} (${clause})` };
  return { alarms: { H: { setpoint, deadband: setpoint / 10, onDelay: '1m', priority: 'low', message } } };
}

const names = ['people', 'people-stale', 'people-unknown', ...Object.keys(ruleTexts)];

/** Ids of the points that an entry may have, were it without faults. */
export function idsOfHeadcount({ value }: Entry): readonly string[] {
  const zones = valueAt(value, ['zones']);
  if (!Array.isArray(zones)) return [];
  return zones.flatMap((zone: unknown) => {
    const id = valueAt(zone, ['id']);
    return typeof id === 'string' ? names.map((name) => `${id}.${name}`) : [];
  });
}
