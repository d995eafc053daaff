import type { HeadcountDefinition, ZoneRule } from '#agent/model/headcount.ts';
import type { ListedPerson, PeopleView, PlanZone } from '#agent/model/people.ts';
import { degreesOf } from '#agent/model/placement.ts';
import type { Occupant, Occupants } from './occupants.ts';
import type { ActiveRules } from './zone-rules.ts';

/** More people than this are counted and not listed. */
const MOST_LISTED = 5000;

/** A headcount at one moment; lists by the index of the zone. */
export interface PeopleNow {
  readonly occupants: readonly Occupants[];
  readonly active: readonly ActiveRules[];
  /** Monotonic. */
  readonly now: number;
  readonly pseudonym: (person: string) => string;
}

/** Everybody who is on the site as far as is known, those who are missing first, and the zones that hold them. */
export function peopleView(definition: HeadcountDefinition, moment: PeopleNow): PeopleView {
  const { origin, zones, showsNames, gcj02 } = definition;
  const found = new Map<string, ListedPerson>();
  for (const [index, occupants] of moment.occupants.entries())
    for (const who of occupants.values()) {
      const known = found.get(who.key);
      const own = ofOccupant(who, index, definition, moment);
      found.set(who.key, known ? joined(known, own) : own);
    }
  const all = [...found.values()].toSorted((a, b) => Number(a.isMustered) - Number(b.isMustered));
  const mustered = all.filter(({ isMustered }) => isMustered).length;
  return {
    people: all.length,
    mustered,
    missing: all.length - mustered,
    listed: all.slice(0, MOST_LISTED),
    showsNames,
    origin,
    ...(gcj02 && { originGcj02: gcj02(origin) }),
    zones: zones.flatMap((zone, index) =>
      zone.id === undefined ? [] : [planZone(zone.id, index, definition, moment)],
    ),
  };
}

function ofOccupant(
  { key, person, x, y, floor, heardAt, isStale }: Occupant,
  index: number,
  { origin, zones, showsNames, gcj02 }: HeadcountDefinition,
  { active, now, pseudonym }: PeopleNow,
): ListedPerson {
  const zone = zones[index];
  const place = degreesOf({ x, y }, origin);
  return {
    person: pseudonym(key),
    ...(showsNames && person && { name: person.name }),
    role: person?.role ?? 'unknown',
    zones: zone?.id === undefined ? [] : [zone.id],
    isMustered: zone?.kind === 'muster' && !isStale,
    isStale,
    ...(Number.isFinite(x + y) && {
      at: { x, y, ...place, ...(gcj02 && { gcj02: gcj02(place) }), ...(floor !== undefined && { floor }) },
    }),
    unheardMs: now - heardAt,
    rules: rulesOf(active[index], (people) => people.has(key)),
  };
}

/** One person in two zones, or with two tags. */
const joined = (known: ListedPerson, own: ListedPerson): ListedPerson => ({
  ...(known.isStale && !own.isStale ? { ...known, ...own } : known),
  zones: [...known.zones, ...own.zones],
  isMustered: known.isMustered || own.isMustered,
  isStale: known.isStale && own.isStale,
  unheardMs: Math.min(known.unheardMs, own.unheardMs),
  rules: [...new Set([...known.rules, ...own.rules])],
});

function planZone(
  id: PlanZone['id'],
  index: number,
  { zones }: HeadcountDefinition,
  { occupants, active }: PeopleNow,
): PlanZone {
  const { name, kind = 'ordinary', rings = [], ringsGcj02, floors = [], most, least } = zones[index] ?? {};
  const all = [...(occupants[index]?.values() ?? [])];
  const stale = all.filter(({ isStale }) => isStale).length;
  return {
    id,
    name: name ?? id,
    kind,
    rings,
    ...(ringsGcj02 && { ringsGcj02 }),
    floors: [...floors],
    ...(most !== undefined && { most }),
    ...(least !== undefined && { least }),
    confirmed: all.length - stale,
    stale,
    unknown: all.filter(({ person }) => !person).length,
    rules: rulesOf(active[index], (people) => people.size > 0),
  };
}

const rulesOf = (
  active: ActiveRules | undefined,
  holds: (people: ReadonlyMap<string, number>) => boolean,
): ZoneRule[] => [...(active ?? [])].flatMap(([rule, people]) => (holds(people) ? [rule] : []));
