import type { z } from 'zod';
import { pointId } from '#agent/model/ids.ts';
import type { ValveDefinition } from '#agent/model/valve.ts';
import type { Entry } from '../../place.ts';
import { checkContacts } from '../check-contacts.ts';
import { entrySection } from '../entry-section.ts';
import type { EntryRead } from '../entry-section.ts';
import { REPEAT_MS, sitePoints } from '../site-points.ts';
import { valveSchema } from './schema.ts';

type ValveText = z.output<typeof valveSchema>;

/** `valves:` */
export const valveSection = entrySection({
  kind: 'valve',
  key: 'valves',
  noun: 'valve',
  uniqueBecause: 'its points and its memory are named after it',
  description: 'emergency shut-off valves: where each is from its limit switches, and what is wrong with it',
  schema: valveSchema,
  parts: ['state', 'discrepancy', 'uncommanded', 'test-overdue', 'stroke-time'],
  define: definitionOf,
  judge: (text, entry, reading) => {
    if (text.partialStroke && !text.command)
      reading.findings.warnAt(entry, ['partialStroke'], {
        what: 'a partial-stroke test without a command',
        why: 'without a command no discrepancy is told that the test would excuse',
        todo: 'add "command"',
      });
  },
  points: pointsOf,
  check: ({ entry, definition }, known, findings) => {
    const { open, closed, command, partialStroke } = definition;
    const contacts = { open, closed, command, partialStroke };
    checkContacts(
      entry,
      Object.entries(contacts).map(([key, contact]) => [[key], contact]),
      known,
      findings,
    );
  },
});

function definitionOf({ id, name, open, closed, command, partialStroke, ...times }: ValveText): ValveDefinition {
  const point = (part: string) => pointId(`${id}.${part}`);
  return {
    id: `valve/${id}`,
    name: name ?? id,
    open,
    closed,
    ...(command && { command }),
    ...(partialStroke && { partialStroke: { ...partialStroke, longestMs: times.longestTest } }),
    strokeMs: times.stroke,
    commandLagMs: times.commandLag,
    statePoint: point('state'),
    discrepancyPoint: point('discrepancy'),
    uncommandedPoint: point('uncommanded'),
    testOverduePoint: point('test-overdue'),
    strokeTimePoint: point('stroke-time'),
    repeatMs: REPEAT_MS,
  };
}

function pointsOf({ entry, text, definition }: EntryRead<ValveText, ValveDefinition>): readonly Entry[] {
  const { name } = definition;
  const { point, claim } = sitePoints(entry, { ...text, name, safetyRole: 'sis' });
  return [
    point('state', definition.statePoint, {
      kind: 'state',
      name: `${name} 阀位`,
      states: {
        open: '开',
        closed: '关',
        travelling: '行程中',
        'travel-fault': '行程故障',
        'switch-fault': '限位开关故障',
        unknown: '未知',
      },
      alarms: {
        state: {
          values: ['travel-fault', 'switch-fault'],
          priority: 'high',
          message: { zh: `${name} 阀位故障`, en: `${name}: travel or limit switch fault` },
        },
      },
    }),
    ...(definition.command
      ? [
          claim('discrepancy', definition.discrepancyPoint, {
            zh: '命令与反馈不符',
            en: 'not where its command wants it',
            priority: 'high',
          }),
          claim('uncommanded', definition.uncommandedPoint, {
            zh: '无命令动作',
            en: 'moved without a command',
            priority: 'critical',
          }),
          point('strokeTime', definition.strokeTimePoint, {
            kind: 'number',
            unit: 's',
            name: `${name} 行程时间`,
            safetyRole: 'none',
          }),
        ]
      : []),
    ...(definition.partialStroke
      ? [
          claim('testOverdue', definition.testOverduePoint, {
            zh: '部分行程测试超时',
            en: 'partial-stroke test lasts too long',
            priority: 'medium',
          }),
        ]
      : []),
  ];
}
