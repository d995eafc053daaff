import { z } from 'zod';
import type { FloodDefinition } from '#agent/model/flood.ts';
import { pointId } from '#agent/model/ids.ts';
import { ruleNumber } from '#agent/model/standard-rule.ts';
import { duration } from '../../duration.ts';
import { nameText, pointIdText } from '../../id-schema.ts';
import type { Entry } from '../../place.ts';
import { ruleInForce } from '../../rules/load-packs.ts';
import { entrySection } from '../entry-section.ts';
import type { EntryRead } from '../entry-section.ts';
import { shownPoint } from '../shown-schema.ts';
import { REPEAT_MS, sitePoints } from '../site-points.ts';

const floodSchema = z.strictObject({
  id: pointIdText.meta({ description: 'its points begin with it', examples: ['alarms'] }),
  name: nameText('name for people; default the group or the id').optional(),
  group: nameText('alarms of this operator position alone; default all').optional(),
  window: duration({ min: 60_000, max: 3_600_000 }).meta({ description: 'time looked at' }).prefault('10m'),
  startsAbove: z
    .int()
    .min(1)
    .max(10_000)
    .meta({ description: 'a flood begins with more alarms than this; default by ISA-18.2' })
    .optional(),
  endsBelow: z
    .int()
    .min(1)
    .max(10_000)
    .meta({ description: 'and ends with fewer than this; default by ISA-18.2' })
    .optional(),
  flood: shownPoint('point <id>.flood: more alarms come than a person can handle; alarm while true'),
});

type FloodText = z.output<typeof floodSchema>;

/** `floods:` */
export const floodSection = entrySection({
  kind: 'flood',
  key: 'floods',
  noun: 'watch of floods',
  uniqueBecause: 'its points and its memory are named after it',
  description: 'floods of alarms, told as one alarm and a summary, at an operator position or on the whole site',
  schema: floodSchema,
  parts: ['flood', 'alarms-in-window'],
  define: definitionOf,
  judge: (text, entry, { findings }) => {
    const { startsAbove, endsBelow } = definitionOf(text);
    if (endsBelow <= startsAbove) return;
    findings.errorAt(entry, ['endsBelow'], {
      what: `a flood that begins above ${startsAbove} would end below ${endsBelow}`,
      why: 'it would end as it begins',
      todo: 'make endsBelow smaller',
    });
  },
  points: pointsOf,
  check: () => undefined,
});

function definitionOf({ id, name, group, window, startsAbove, endsBelow }: FloodText): FloodDefinition {
  const rule = ruleInForce('alarm-figures.flood');
  return {
    id: `flood/${id}`,
    name: name ?? group ?? id,
    ...(group !== undefined && { group }),
    windowMs: window,
    startsAbove: startsAbove ?? ruleNumber(rule, 'begins-above') ?? 10,
    endsBelow: endsBelow ?? ruleNumber(rule, 'ends-below') ?? 5,
    floodPoint: pointId(`${id}.flood`),
    countPoint: pointId(`${id}.alarms-in-window`),
    repeatMs: REPEAT_MS,
  };
}

function pointsOf({ entry, definition }: EntryRead<FloodText, FloodDefinition>): readonly Entry[] {
  const { name, floodPoint, countPoint } = definition;
  const { point, claim } = sitePoints(entry, { name, safetyRole: 'none' });
  return [
    claim('flood', floodPoint, { zh: '报警泛滥', en: 'alarm flood: look at the summary first', priority: 'high' }),
    point('count', countPoint, { kind: 'number', name: `${name} 时段内报警数` }),
  ];
}
