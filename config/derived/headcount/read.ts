import { pointId, zoneId } from '#agent/model/ids.ts';
import type { CountedZone, HeadcountDefinition, Person, ZoneRule } from '#agent/model/headcount.ts';
import { degreesOf, fitPlacement, groundOf, placed } from '#agent/model/placement.ts';
import type { Affine, Origin } from '#agent/model/placement.ts';
import { ruleNumber } from '#agent/model/standard-rule.ts';
import { checkEntry } from '../../check-entry.ts';
import type { Reading } from '../../check-entry.ts';
import { gcj02 } from '../../gcj02.ts';
import { suggest } from '../../nearest.ts';
import type { Entry } from '../../place.ts';
import { ruleInForce } from '../../rules/load-packs.ts';
import { formOf } from '../../schema-shape.ts';
import { readRoster } from './roster.ts';
import { readSurvey } from './survey.ts';
import { headcountSchema } from './schema.ts';
import type { HeadcountText, ZoneText } from './schema.ts';

/** One headcount that could be read. */
export interface ReadHeadcount {
  readonly entry: Entry;
  readonly text: HeadcountText;
  readonly definition: HeadcountDefinition;
}

const form = formOf(headcountSchema);

/** More people are a major hidden danger, or too many at work on running units. */
function mostOf({ most, kind }: ZoneText): number | undefined {
  if (most !== undefined) return most;
  if (kind === 'maintenance') return ruleNumber(ruleInForce('headcount.maintenance-area'));
  // The rule says from how many on it is too many.
  const tooMany = kind === 'high-risk' ? ruleNumber(ruleInForce('headcount.high-risk-workplace')) : undefined;
  return tooMany === undefined ? undefined : tooMany - 1;
}

/** Undefined when its keys have faults; those of maps, zones and roster are reported too. */
export function readHeadcount(entry: Entry, reading: Reading): ReadHeadcount | undefined {
  const text = checkEntry(form, entry, reading);
  if (!text) return undefined;
  const zoneIds = text.zones.map(({ id }) => id);
  for (const [index, id] of zoneIds.entries())
    if (zoneIds.indexOf(id) !== index)
      reading.findings.errorAt(entry, ['zones', index, 'id'], {
        what: `zone "${id}" is there already`,
        why: 'people are counted by the id of the zone',
        todo: 'rename one of them',
      });
  const origin = originOf(text);
  const maps = readMaps(text, origin, entry, reading);
  const zones = text.zones.map((zone, index) => readZone({ zone, index }, { maps, origin }, entry, reading));
  const { roster } = text;
  if (roster && (roster.file === undefined) === (roster.feed === undefined))
    reading.findings.errorAt(entry, ['roster'], {
      what: `the roster has ${roster.file === undefined ? 'neither "file" nor "feed"' : 'both "file" and "feed"'}`,
      why: 'a tag must belong to one person for certain',
      todo: 'write one of them',
    });
  const persons = roster?.file === undefined ? [] : readRoster(entry, roster.file, zoneIds, reading);
  // A roster that can't be read has its own fault.
  if (persons.length > 0) checkPosts(text, persons, entry, reading);
  const figure = (name: string) => pointId(`${text.id}.${name}`);
  const survey = readSurvey(text, { maps, origin }, entry, reading);
  const outsideRules: readonly ZoneRule[] = ['sos', 'strap-cut'];
  const outside: CountedZone = {
    kind: 'ordinary',
    rings: [],
    floors: new Set(),
    rules: Object.fromEntries(outsideRules.map((rule) => [rule, figure(`outside.${rule}`)])),
  };
  const definition: HeadcountDefinition = {
    id: `headcount/${text.id}`,
    origin,
    maps,
    zones: [...(text.displayCoordinates === 'gcj02' ? zones.map((zone) => shiftedToo(zone, origin)) : zones), outside],
    persons,
    ...(survey && { survey }),
    ...(roster?.feed !== undefined && {
      roster: {
        source: roster.feed,
        staleAfterMs: roster.staleAfter,
        points: { age: figure('roster-age'), stale: figure('roster-stale') },
      },
    }),
    hysteresis: {
      enterDwellMs: text.enterDwell,
      exitToleranceM: text.exitTolerance,
      toleranceTimeoutMs: text.toleranceTimeout,
      exitDelayMs: text.exitDelay,
      maxSpeed: text.maxSpeed,
      newPlaceAfterMs: text.newPlaceAfter,
    },
    staleAfterMs: text.staleAfter,
    asleepStaleAfterMs: Math.max(text.asleepStaleAfter, text.staleAfter),
    holdMs: text.hold,
    forgetAfterMs: text.forgetAfter,
    repeatMs: 15_000,
    showsNames: text.roster?.showNames ?? false,
    ...(text.displayCoordinates === 'gcj02' && { gcj02 }),
    figures: { tags: figure('tags'), silent: figure('tags-silent'), fixRate: figure('fix-rate') },
  };
  return { entry, text, definition };
}

/** Names of a feed are known only when it has told them. */
function checkPosts({ zones }: HeadcountText, persons: readonly Person[], entry: Entry, { findings }: Reading): void {
  const known = [...new Set(persons.map(({ id }) => id))];
  for (const [index, { post }] of zones.entries())
    for (const [place, person] of (post?.persons ?? []).entries())
      if (!known.includes(person))
        findings.errorAt(entry, ['zones', index, 'post', 'persons', place], {
          what: `the roster has no person "${person}"`,
          why: 'whoever leaves the post is found by the id of the roster',
          todo: suggest(person, known, 'correct the id'),
        });
}

/** With its outline as public maps shift it, worked out once. */
const shiftedToo = (zone: CountedZone, origin: Origin): CountedZone => ({
  ...zone,
  ringsGcj02: zone.rings.map((ring) =>
    ring.map(([x, y]): readonly [number, number] => {
      const { lon, lat } = gcj02(degreesOf({ x, y }, origin));
      return [lon, lat];
    }),
  ),
});

/** The first surveyed place: what is near it is least distorted. */
function originOf({ maps, zones }: HeadcountText): Origin {
  const control = maps[0]?.controlPoints[0];
  const corner = zones.find(({ map }) => map === 'wgs84')?.polygon[0];
  return control ?? { lon: corner?.[0] ?? 0, lat: corner?.[1] ?? 0 };
}

function readMaps({ maps }: HeadcountText, origin: Origin, entry: Entry, { findings }: Reading) {
  const placedMaps = new Map<string, Affine>();
  for (const [index, { id, controlPoints, residualLimit }] of maps.entries()) {
    const path = ['maps', index, 'controlPoints'];
    const placement = fitPlacement(controlPoints, origin);
    if (!placement)
      findings.errorAt(entry, path, {
        what: `map "${id}" can not be placed`,
        why: 'it needs three control points that are not on one line',
        todo: 'survey another',
      });
    else if (placement.residualM > residualLimit)
      findings.errorAt(entry, path, {
        what: `map "${id}" misses its control points by up to ${placement.residualM.toFixed(2)} m`,
        why: `the limit is ${residualLimit} m; one of them is wrong, or the map is distorted`,
        todo: 'check the points, whether they are GCJ-02, and only then "residualLimit"',
      });
    if (placedMaps.has(id) || id === 'wgs84')
      findings.errorAt(entry, ['maps', index, 'id'], {
        what: `map "${id}" is there already`,
        why: 'zones and positions name a map by its id',
        todo: 'rename one of them',
      });
    if (placement) placedMaps.set(id, placement.affine);
  }
  return placedMaps;
}

function readZone(
  { zone, index }: { readonly zone: ZoneText; readonly index: number },
  { maps, origin }: { readonly maps: ReadonlyMap<string, Affine>; readonly origin: Origin },
  entry: Entry,
  { findings }: Reading,
): CountedZone {
  const affine = maps.get(zone.map);
  const ids = [...maps.keys(), 'wgs84'];
  if (zone.map !== 'wgs84' && !affine)
    findings.errorAt(entry, ['zones', index, 'map'], {
      what: `there is no map "${zone.map}"`,
      why: 'the corners are in its metres',
      todo: suggest(zone.map, ids, 'correct the id'),
    });
  const rings = [zone.polygon, ...zone.holes].map((corners, ring) => {
    if (corners.length < 3)
      findings.errorAt(entry, ['zones', index, ...(ring === 0 ? ['polygon'] : ['holes', ring - 1])], {
        what: `${corners.length} corners enclose nothing`,
        why: 'an area has three at least',
        todo: 'add the others',
      });
    const ground = corners.map(([x, y]): readonly [number, number] => {
      const at = affine ? placed(x, y, affine) : groundOf(x, y, origin);
      return [at.x, at.y];
    });
    return [...ground, ...ground.slice(0, 1)];
  });
  const most = mostOf(zone);
  const { id, least, maxStay, motionless, gathering } = zone;
  const point = (name: string) => pointId(`${id}.${name}`);
  return {
    id: zoneId(id),
    ...(zone.name !== undefined && { name: zone.name }),
    kind: zone.kind,
    rings,
    floors: new Set(zone.floors),
    ...(most !== undefined && { most }),
    ...(least !== undefined && { least }),
    ...(zone.post && { post: { persons: new Set(zone.post.persons), absenceMs: zone.post.absence } }),
    ...(maxStay !== undefined && { maxStayMs: maxStay }),
    ...(motionless !== undefined && { motionlessMs: motionless }),
    ...(gathering && {
      gathering: { radiusM: gathering.radius, people: gathering.people, lastingMs: gathering.lasting },
    }),
    rules: Object.fromEntries(rulesOf(zone).map((rule) => [rule, point(rule)])),
    points: { confirmed: point('people'), stale: point('people-stale'), unknown: point('people-unknown') },
  };
}

/** What is watched in a zone follows from its keys. */
function rulesOf(zone: ZoneText): readonly ZoneRule[] {
  return [
    ...(mostOf(zone) === undefined ? [] : (['over-limit'] as const)),
    ...(zone.least === undefined ? [] : (['under-manned', 'post-empty'] as const)),
    ...(zone.post ? (['left-post'] as const) : []),
    ...(zone.restricted ? (['intruder'] as const) : []),
    ...(zone.escort ? (['unescorted'] as const) : []),
    ...(zone.maxStay === undefined ? [] : (['overstay'] as const)),
    ...(zone.motionless === undefined ? [] : (['motionless'] as const)),
    ...(zone.gathering ? (['gathering'] as const) : []),
    'sos',
    'strap-cut',
    'tag-lost',
    'low-battery',
  ];
}
