import type { z } from 'zod';
import { pointId } from '#agent/model/ids.ts';
import { stopTexts } from '#agent/model/stop.ts';
import type { StopWatchDefinition } from '#agent/model/stop.ts';
import type { Entry } from '../../place.ts';
import { checkContacts } from '../check-contacts.ts';
import { checkInput } from '../derived-section.ts';
import { entrySection } from '../entry-section.ts';
import type { EntryRead } from '../entry-section.ts';
import { REPEAT_MS, sitePoints } from '../site-points.ts';
import { stopSchema } from './schema.ts';

type StopText = z.output<typeof stopSchema>;

/** `stops:` */
export const stopSection = entrySection({
  kind: 'stop',
  key: 'stops',
  noun: 'watch of stops',
  uniqueBecause: 'its points and its memory are named after it',
  description: 'devices and units whose stops, start-ups and overhauls must be declared; undeclared, they are offline',
  schema: stopSchema,
  parts: ['stop-declared', 'stop-kind', 'undeclared-stop', 'stop-overdue', 'runs-though-stopped'],
  define: definitionOf,
  judge: ({ running, points }, entry, { findings }) => {
    if (running || points.length > 0) return;
    findings.errorAt(entry, ['id'], {
      what: 'nothing tells whether it stands still',
      why: 'an undeclared stop is found by comparing declarations with the device',
      todo: 'name running, or points that are lost when it is off',
    });
  },
  points: pointsOf,
  check: ({ entry, text }, known, findings) => {
    checkContacts(entry, [[['running'], text.running]], known, findings);
    for (const [index, id] of text.points.entries())
      checkInput({ entry, path: ['points', index], id }, { why: 'the device is heard by it' }, known, findings);
  },
});

function definitionOf({ id, name, device, running, points, after, fields, kinds }: StopText): StopWatchDefinition {
  return {
    id: `stop/${id}`,
    name: name ?? id,
    device: device ?? id,
    fields,
    kinds,
    ...(running && { running }),
    points: points.map(pointId),
    afterMs: after,
    declaredPoint: pointId(`${id}.stop-declared`),
    kindPoint: pointId(`${id}.stop-kind`),
    undeclaredPoint: pointId(`${id}.undeclared-stop`),
    overduePoint: pointId(`${id}.stop-overdue`),
    contradictedPoint: pointId(`${id}.runs-though-stopped`),
    repeatMs: REPEAT_MS,
  };
}

function pointsOf({ entry, text, definition }: EntryRead<StopText, StopWatchDefinition>): readonly Entry[] {
  const { name, declaredPoint, kindPoint, undeclaredPoint, overduePoint, contradictedPoint } = definition;
  const { point, claim } = sitePoints(entry, { ...text, name, safetyRole: 'none' });
  const kinds = Object.entries(stopTexts).map(([kind, { zh }]) => [kind, zh]);
  return [
    point('id', declaredPoint, { kind: 'state', name: `${name} 已申报停用`, states: { true: '已申报', false: '无' } }),
    point('id', kindPoint, {
      kind: 'state',
      name: `${name} 申报类别`,
      states: { none: '无', ...Object.fromEntries(kinds) },
    }),
    claim('undeclared', undeclaredPoint, {
      zh: '停用未申报，视为离线',
      en: 'stop not declared: offline',
      priority: 'high',
    }),
    claim('overdue', overduePoint, {
      zh: '超过计划恢复时间',
      en: 'planned end of the stop has passed',
      priority: 'medium',
    }),
    claim('contradicted', contradictedPoint, {
      zh: '已申报停用仍在运行',
      en: 'runs although it is declared stopped',
      priority: 'medium',
    }),
  ];
}
