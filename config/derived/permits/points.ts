import type { PermitWatchDefinition, PermitZone } from '#agent/model/permit-watch.ts';
import { workKinds } from '#agent/model/permit.ts';
import type { Entry } from '../../place.ts';
import { sitePoints } from '../site-points.ts';

/** Points of a watch of special work. */
export function permitPoints(entry: Entry, definition: PermitWatchDefinition): readonly Entry[] {
  const { name, astrayPoint, commitment, zones } = definition;
  const { point, claim } = sitePoints(entry, { name, safetyRole: 'none' });
  return [
    ...zones.flatMap((zone) => zonePoints(entry, zone)),
    claim('astray', astrayPoint, { zh: '作业区域不明', en: 'special work in no known zone', priority: 'high' }),
    ...(commitment
      ? [
          ...commitment.counters.map(({ field, point: id }) =>
            point('commitment', id, { kind: 'number', name: `${name} 作业数 ${field}` }),
          ),
          claim('commitment', commitment.differencePoint, {
            zh: '作业数超出安全承诺',
            en: 'more work than the safety commitment declares',
            priority: 'high',
          }),
          ...(commitment.units
            ? [
                ...commitment.units.counters.map(({ field, point: id }) =>
                  point('commitment', id, { kind: 'number', name: `${name} 装置数 ${field}` }),
                ),
                claim('commitment', commitment.units.differencePoint, {
                  zh: '装置运行情况与安全承诺不符',
                  en: 'units run otherwise than the safety commitment declares',
                  priority: 'medium',
                }),
              ]
            : []),
          claim('commitment', commitment.missingPoint, {
            zh: '当日无安全承诺',
            en: 'no safety commitment for today',
            priority: 'low',
          }),
        ]
      : []),
  ];
}

function zonePoints(entry: Entry, zone: PermitZone): readonly Entry[] {
  const { point, claim } = sitePoints(entry, { name: zone.name, safetyRole: 'none', zone: zone.id });
  return [
    claim('zones', zone.violationPoint, {
      zh: '特殊作业违规',
      en: 'special work violates its rules',
      priority: 'high',
    }),
    claim('zones', zone.criticalPoint, {
      zh: '特殊作业严重违规',
      en: 'special work is dangerous now',
      priority: 'critical',
    }),
    claim('zones', zone.unjudgedPoint, {
      zh: '特殊作业无法判定',
      en: 'special work cannot be judged',
      priority: 'medium',
    }),
    point('zones', zone.countPoint, { kind: 'number', name: `${zone.name} 作业违规数` }),
    point('zones', zone.activePoint, { kind: 'number', name: `${zone.name} 作业数` }),
    ...workKinds.map((work) =>
      point('zones', zone.activeByWork[work], { kind: 'number', name: `${zone.name} 作业数 ${work}` }),
    ),
  ];
}
