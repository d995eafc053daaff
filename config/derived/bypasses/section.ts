import type { z } from 'zod';
import type { BypassDefinition } from '#agent/model/bypass.ts';
import { pointId } from '#agent/model/ids.ts';
import type { Entry } from '../../place.ts';
import { checkContacts } from '../check-contacts.ts';
import { checkInput } from '../derived-section.ts';
import { entrySection } from '../entry-section.ts';
import type { EntryRead } from '../entry-section.ts';
import { REPEAT_MS, sitePoints } from '../site-points.ts';
import { bypassSchema } from './schema.ts';

type BypassText = z.output<typeof bypassSchema>;

/** `bypasses:` */
export const bypassSection = entrySection({
  kind: 'bypass',
  key: 'bypasses',
  noun: 'interlock',
  uniqueBecause: 'its points and its memory are named after it',
  description: 'interlocks that can be bypassed: how long, with or without a permit',
  schema: bypassSchema,
  parts: ['bypassed', 'bypass-minutes', 'unpermitted', 'bypass-overdue'],
  define: definitionOf,
  points: pointsOf,
  check: ({ entry, definition }, known, findings) => {
    const { bypass, permit, guarded } = definition;
    checkContacts(
      entry,
      [
        [['bypass'], bypass],
        [['permit'], permit],
      ],
      known,
      findings,
    );
    for (const [index, id] of guarded.entries())
      checkInput({ entry, path: ['guarded', index], id }, { why: 'a value forced there is a bypass' }, known, findings);
  },
});

function definitionOf({ id, name, bypass, guarded, permit, longest }: BypassText): BypassDefinition {
  return {
    id: `bypass/${id}`,
    name: name ?? id,
    bypass,
    guarded: guarded.map(pointId),
    ...(permit && { permit }),
    longestMs: longest,
    bypassedPoint: pointId(`${id}.bypassed`),
    minutesPoint: pointId(`${id}.bypass-minutes`),
    unpermittedPoint: pointId(`${id}.unpermitted`),
    overduePoint: pointId(`${id}.bypass-overdue`),
    repeatMs: REPEAT_MS,
  };
}

function pointsOf({ entry, text, definition }: EntryRead<BypassText, BypassDefinition>): readonly Entry[] {
  const { name, bypassedPoint, minutesPoint, unpermittedPoint, overduePoint, permit } = definition;
  const { point, claim } = sitePoints(entry, { ...text, name, safetyRole: 'sis' });
  return [
    point('bypassed', bypassedPoint, {
      kind: 'state',
      name: `${name} 联锁旁路`,
      states: { true: '旁路', false: '投用' },
    }),
    point('minutes', minutesPoint, { kind: 'number', unit: 'min', name: `${name} 旁路时长` }),
    ...(permit
      ? [
          claim('unpermitted', unpermittedPoint, {
            zh: '无许可旁路',
            en: 'bypassed without a permit',
            priority: 'high',
          }),
        ]
      : []),
    claim('overdue', overduePoint, { zh: '旁路超时', en: 'bypassed for too long', priority: 'high' }),
  ];
}
