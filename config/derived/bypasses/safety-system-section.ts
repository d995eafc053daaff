import type { z } from 'zod';
import type { SafetySystemDefinition } from '#agent/model/bypass.ts';
import { pointId } from '#agent/model/ids.ts';
import type { Entry } from '../../place.ts';
import { checkContacts } from '../check-contacts.ts';
import { checkInput } from '../derived-section.ts';
import { entrySection } from '../entry-section.ts';
import type { EntryRead } from '../entry-section.ts';
import { REPEAT_MS, sitePoints } from '../site-points.ts';
import { safetySystemSchema } from './schema.ts';

type SystemText = z.output<typeof safetySystemSchema>;

/** `safetySystems:` */
export const safetySystemSection = entrySection({
  kind: 'safety-system',
  key: 'safetySystems',
  noun: 'safety system',
  uniqueBecause: 'its points are named after it',
  description: 'safety systems as a whole: in service, and how many of their interlocks are bypassed',
  schema: safetySystemSchema,
  parts: ['bypassed-loops', 'too-many-bypasses', 'in-service'],
  define: definitionOf,
  points: pointsOf,
  check: ({ entry, definition }, known, findings) => {
    checkContacts(entry, [[['inService'], definition.inService]], known, findings);
    for (const [index, id] of definition.loops.entries())
      checkInput({ entry, path: ['loops', index], id }, { why: 'it names an entry of "bypasses"' }, known, findings);
  },
});

function definitionOf({ id, name, loops, inService, mostBypassed }: SystemText): SafetySystemDefinition {
  return {
    id: `safety-system/${id}`,
    name: name ?? id,
    loops: loops.map((loop) => pointId(`${loop}.bypassed`)),
    ...(inService && { inService }),
    mostBypassed,
    countPoint: pointId(`${id}.bypassed-loops`),
    tooManyPoint: pointId(`${id}.too-many-bypasses`),
    inServicePoint: pointId(`${id}.in-service`),
    repeatMs: REPEAT_MS,
  };
}

function pointsOf({ entry, text, definition }: EntryRead<SystemText, SafetySystemDefinition>): readonly Entry[] {
  const { name, countPoint, tooManyPoint, inServicePoint, inService } = definition;
  const { point, claim } = sitePoints(entry, { ...text, name, safetyRole: 'sis' });
  return [
    point('count', countPoint, { kind: 'number', name: `${name} 旁路回路数` }),
    claim('tooMany', tooManyPoint, { zh: '旁路过多', en: 'too many interlocks bypassed at once', priority: 'high' }),
    ...(inService
      ? [
          point('service', inServicePoint, {
            kind: 'state',
            name: `${name} 投用状态`,
            states: { true: '投用', false: '停用' },
            alarms: {
              state: {
                values: [false],
                priority: 'critical',
                message: { zh: `${name} 未投用`, en: `${name} is out of service` },
              },
            },
          }),
        ]
      : []),
  ];
}
