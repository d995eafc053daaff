import { pointId, zoneId } from '#agent/model/ids.ts';
import type { WarningPlace } from '#agent/model/warning-level.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import { checkEntry } from '../../check-entry.ts';
import type { Reading } from '../../check-entry.ts';
import type { Findings } from '../../findings.ts';
import { suggest } from '../../nearest.ts';
import { valueAt } from '../../place.ts';
import type { Entry, Path } from '../../place.ts';
import { formOf } from '../../schema-shape.ts';
import { matcher } from '../../wildcard.ts';
import { pointBelow } from '../derived-section.ts';
import type { DerivedSection, KnownPoints, ReadDerived } from '../derived-section.ts';
import { readFormula } from './formula.ts';
import { warningLevelSchema } from './schema.ts';
import type { WarningLevelText } from './schema.ts';

const REPEAT_MS = 10_000;

/** `warningLevel:` */
export const warningLevelSection: DerivedSection = {
  key: 'warningLevel',
  noun: 'warning level',
  uniqueBecause: 'its points and its memory are named after it',
  description:
    "the site's own dynamic warning in four colours, of hazard sources, zones and the site; not the authority's grade",
  schema: warningLevelSchema,
  read: readWarningLevel,
  idsOf: ({ value }) => {
    const id = valueAt(value, ['id']);
    const names = (key: string) => {
      const list = valueAt(value, [key]);
      return Array.isArray(list) ? list.map(String) : [];
    };
    if (typeof id !== 'string') return [];
    return placesOf(id, { zones: names('zones'), hazardSources: names('hazardSources') }).flatMap(({ place }) => [
      place.colourPoint,
      place.scorePoint,
    ]);
  },
};

const form = formOf(warningLevelSchema);

function readWarningLevel(entry: Entry, reading: Reading): ReadDerived | undefined {
  const text = checkEntry(form, entry, reading);
  if (!text) return undefined;
  const read = readFormula(text.formula, entry.directory, reading);
  if ('fault' in read) {
    if (read.fault) reading.findings.errorAt(entry, ['formula'], read.fault);
    return undefined;
  }
  const places = placesOf(text.id, text);
  return {
    entry,
    config: {
      kind: 'warningLevel',
      definition: {
        id: `warning-level/${text.id}`,
        name: text.name,
        places: places.map(({ place }) => place),
        inputs: text.inputs,
        formula: read.formula,
        repeatMs: REPEAT_MS,
      },
    },
    points: places.flatMap((placed) => pointsOf(text, placed, entry)),
    check: (known, findings) => checkPlaces(text, entry, known, findings),
  };
}

interface PlacedAt {
  readonly place: WarningPlace;
  /** Where the entry names it. */
  readonly path: Path;
  readonly name: string;
}

/** Characters that a hazard source's name may have and a point's id may not. */
const idText = (name: string): string => name.replaceAll(/[^\p{L}\p{N}._:#()（）[\]+&@-]/gu, '-');

function placesOf(id: string, { zones, hazardSources }: Pick<WarningLevelText, 'zones' | 'hazardSources'>): PlacedAt[] {
  const points = (part: string) => ({
    colourPoint: pointId(`${id}${part}.colour`),
    scorePoint: pointId(`${id}${part}.score`),
  });
  return [
    { place: { scope: { kind: 'site' }, ...points('') }, path: ['id'], name: '全厂' },
    ...hazardSources.map((hazardSource, index) => ({
      place: { scope: { kind: 'hazard-source', hazardSource } as const, ...points(`.hazard.${idText(hazardSource)}`) },
      path: ['hazardSources', index],
      name: hazardSource,
    })),
    ...zones.map((zone, index) => ({
      place: { scope: { kind: 'zone', zone: zoneId(zone) } as const, ...points(`.zone.${zone}`) },
      path: ['zones', index],
      name: zone,
    })),
  ];
}

function pointsOf(text: WarningLevelText, { place, path, name }: PlacedAt, entry: Entry): readonly Entry[] {
  const { scope, colourPoint, scorePoint } = place;
  const common = {
    source: SITE_SOURCE,
    staleAfter: `${REPEAT_MS * 3}ms`,
    ...(scope.kind === 'zone' && { zone: scope.zone }),
    ...(scope.kind === 'hazard-source' && { hazardSource: scope.hazardSource }),
  };
  const isSite = scope.kind === 'site';
  return [
    pointBelow(entry, path, {
      ...common,
      id: colourPoint,
      address: colourPoint,
      kind: 'state',
      name: `${text.name} ${name} 颜色`,
      states: { blue: '蓝', yellow: '黄', orange: '橙', red: '红' },
      ...(isSite && text.alarms && { alarms: valueAt(entry.value, ['alarms']) }),
    }),
    pointBelow(entry, path, {
      ...common,
      id: scorePoint,
      address: scorePoint,
      kind: 'number',
      name: `${text.name} ${name} 分值`,
    }),
  ];
}

/** A place that no point belongs to would be blue for ever, and a pattern that means no point adds nothing. */
function checkPlaces(text: WarningLevelText, entry: Entry, known: KnownPoints, findings: Findings): void {
  const points = [...known.points.values()];
  const places = [
    {
      key: 'hazardSources',
      noun: 'hazard source',
      names: text.hazardSources,
      used: points.map((one) => one.hazardSource),
    },
    { key: 'zones', noun: 'zone', names: text.zones, used: points.map((one) => one.zone as string | undefined) },
  ];
  for (const { key, noun, names, used } of places) {
    const all = new Set(used.filter((name) => name !== undefined));
    for (const [index, name] of names.entries())
      if (!all.has(name))
        findings.errorAt(entry, [key, index], {
          what: `no point belongs to ${noun} "${name}"`,
          why: 'it would be blue for ever',
          todo: suggest(name, [...all], `give points of it the ${noun}`),
        });
  }
  for (const [index, { points: patterns }] of text.inputs.entries())
    for (const [place, pattern] of patterns.entries()) {
      const isMeant = matcher(pattern);
      if (!points.some(({ id }) => isMeant(id)))
        findings.errorAt(entry, ['inputs', index, 'points', place], {
          what: `no point is meant by "${pattern}"`,
          why: 'it would add nothing to the score',
          todo: suggest(
            pattern,
            points.map(({ id }) => id as string),
            'correct it; * stands for any characters',
          ),
        });
    }
}
