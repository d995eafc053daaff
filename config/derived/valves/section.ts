import type { z } from 'zod';
import type { Contact } from '#agent/model/contact.ts';
import { pointId } from '#agent/model/ids.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import type { ValveDefinition } from '#agent/model/valve.ts';
import { checkEntry } from '../../check-entry.ts';
import { isMapping } from '../../mapping.ts';
import { valueAt } from '../../place.ts';
import type { Entry } from '../../place.ts';
import { formOf } from '../../schema-shape.ts';
import { checkInput, pointBelow } from '../derived-section.ts';
import type { DerivedSection } from '../derived-section.ts';
import { valveSchema } from './schema.ts';

type ValveText = z.output<typeof valveSchema>;

const form = formOf(valveSchema);
const REPEAT_MS = 5000;
const STALE_AFTER = '15s';

/** `valves:` */
export const valveSection: DerivedSection = {
  key: 'valves',
  noun: 'valve',
  uniqueBecause: 'its points and its memory are named after it',
  description: 'emergency shut-off valves: where each is from its limit switches, and what is wrong with it',
  schema: valveSchema,
  read: (entry, reading) => {
    const text = checkEntry(form, entry, reading);
    if (!text) return undefined;
    const definition = definitionOf(text);
    if (text.partialStroke && !text.command)
      reading.findings.warnAt(entry, ['partialStroke'], {
        what: 'a partial-stroke test without a command',
        why: 'without a command no discrepancy is told that the test would excuse',
        todo: 'add "command"',
      });
    return {
      entry,
      config: { kind: 'valve', definition },
      points: pointsOf(entry, text, definition),
      check: (known, findings) => {
        for (const [key, contact] of contactsOf(definition)) {
          const path = isMapping(valueAt(entry.value, [key])) ? [key, 'point'] : [key];
          const at = { entry, path, id: contact.point };
          checkInput(at, { why: 'the valve is watched by its value', isNumber: false }, known, findings);
        }
      },
    };
  },
  idsOf: (entry) => {
    const id = valueAt(entry.value, ['id']);
    return typeof id === 'string' ? parts.map((part) => `${id}.${part}`) : [];
  },
};

const parts = ['state', 'discrepancy', 'uncommanded', 'test-overdue', 'stroke-time'];

const contactsOf = ({ open, closed, command, partialStroke }: ValveDefinition): readonly [string, Contact][] => [
  ['open', open],
  ['closed', closed],
  ...(command ? [['command', command] as [string, Contact]] : []),
  ...(partialStroke ? [['partialStroke', partialStroke] as [string, Contact]] : []),
];

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

function pointsOf(entry: Entry, text: ValveText, definition: ValveDefinition): readonly Entry[] {
  const { zone, hazardSource } = text;
  const { name } = definition;
  const common = {
    source: SITE_SOURCE,
    staleAfter: STALE_AFTER,
    ...(zone && { zone }),
    ...(hazardSource && { hazardSource }),
  };
  const point = (key: string, id: string, keys: Readonly<Record<string, unknown>>): Entry => {
    const alarms = { ...mapping(keys['alarms']), ...mapping(valueAt(entry.value, [key, 'alarms'])) };
    return pointBelow(entry, [key], { ...common, id, address: id, ...keys, alarms });
  };
  const claim = (key: string, id: string, zh: string, en: string, priority: string): Entry =>
    point(key, id, {
      kind: 'state',
      name: `${name} ${zh}`,
      safetyRole: 'sis',
      states: { true: zh, false: '无' },
      alarms: { state: { values: [true], priority, message: { zh: `${name} ${zh}`, en: `${name}: ${en}` } } },
    });
  return [
    point('state', definition.statePoint, {
      kind: 'state',
      name: `${name} 阀位`,
      safetyRole: 'sis',
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
          claim('discrepancy', definition.discrepancyPoint, '命令与反馈不符', 'not where its command wants it', 'high'),
          claim('uncommanded', definition.uncommandedPoint, '无命令动作', 'moved without a command', 'critical'),
          point('strokeTime', definition.strokeTimePoint, {
            kind: 'number',
            unit: 's',
            name: `${name} 行程时间`,
          }),
        ]
      : []),
    ...(definition.partialStroke
      ? [
          claim(
            'testOverdue',
            definition.testOverduePoint,
            '部分行程测试超时',
            'partial-stroke test lasts too long',
            'medium',
          ),
        ]
      : []),
  ];
}

const mapping = (value: unknown): Readonly<Record<string, unknown>> => (isMapping(value) ? value : {});
