import type { z } from 'zod';
import type { FillingDefinition } from '#agent/model/filling.ts';
import { pointId } from '#agent/model/ids.ts';
import type { Entry, Path } from '../../place.ts';
import { checkContacts } from '../check-contacts.ts';
import { checkInput } from '../derived-section.ts';
import { entrySection } from '../entry-section.ts';
import type { EntryRead } from '../entry-section.ts';
import { REPEAT_MS, sitePoints } from '../site-points.ts';
import { fillingSchema } from './schema.ts';

type FillingText = z.output<typeof fillingSchema>;

/** `fillings:` */
export const fillingSection = entrySection({
  kind: 'filling',
  key: 'fillings',
  noun: 'filling arm',
  uniqueBecause: 'its points and its memory are named after it',
  description: 'filling arms: permissives lost while product flows, and each filling once',
  schema: fillingSchema,
  parts: ['permissive-lost', 'filling', 'last-loaded'],
  define: definitionOf,
  judge: (text, entry, reading) => {
    if (!text.phase && !text.flow)
      reading.findings.errorAt(entry, [], {
        what: 'neither phase nor flow is named',
        why: 'without them nobody knows when product flows',
        todo: 'add "phase" or "flow"',
      });
  },
  points: pointsOf,
  check: ({ entry, text }, known, findings) => {
    checkContacts(
      entry,
      Object.entries(text.permissives).map(([name, contact]) => [['permissives', name], contact]),
      known,
      findings,
    );
    const inputs: readonly (readonly [Path, string | undefined, boolean | undefined])[] = [
      [['phase', 'point'], text.phase?.point, undefined],
      [['flow', 'point'], text.flow?.point, true],
      [['batch'], text.batch, undefined],
      [['loaded'], text.loaded, true],
      [['preset'], text.preset, true],
    ];
    for (const [path, id, isNumber] of inputs)
      if (id !== undefined)
        checkInput(
          { entry, path, id },
          { why: 'each filling is captured from it', ...(isNumber !== undefined && { isNumber }) },
          known,
          findings,
        );
  },
});

function definitionOf({
  id,
  name,
  phase,
  flow,
  permissives,
  batch,
  loaded,
  preset,
  rest,
}: FillingText): FillingDefinition {
  return {
    id: `filling/${id}`,
    name: name ?? id,
    ...(phase && { phase: { ...phase, point: pointId(phase.point) } }),
    ...(flow && { flow: { ...flow, point: pointId(flow.point) } }),
    permissives: Object.entries(permissives).map(([name, contact]) => ({ ...contact, name })),
    ...(batch !== undefined && { batch: pointId(batch) }),
    ...(loaded !== undefined && { loaded: pointId(loaded) }),
    ...(preset !== undefined && { preset: pointId(preset) }),
    restMs: rest,
    lostPoint: pointId(`${id}.permissive-lost`),
    fillingPoint: pointId(`${id}.filling`),
    lastLoadedPoint: pointId(`${id}.last-loaded`),
    repeatMs: REPEAT_MS,
  };
}

function pointsOf({ entry, text, definition }: EntryRead<FillingText, FillingDefinition>): readonly Entry[] {
  const { name, lostPoint, fillingPoint, lastLoadedPoint } = definition;
  const { point, claim } = sitePoints(entry, { ...text, name, safetyRole: 'none' });
  return [
    claim('permissiveLost', lostPoint, {
      zh: '装车中联锁条件丢失',
      en: 'permissive lost while product flows',
      priority: 'critical',
    }),
    point('filling', fillingPoint, { kind: 'state', name: `${name} 装车中`, states: { true: '装车', false: '空闲' } }),
    point('lastLoaded', lastLoadedPoint, { kind: 'quantity', name: `${name} 上次装车量` }),
  ];
}
