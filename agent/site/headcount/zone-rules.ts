import type { CountedZone, Person, ZoneRule } from '#agent/model/headcount.ts';
import type { Occupant, Occupants } from './occupants.ts';

/** One zone at one moment. */
export interface ZoneMoment {
  readonly zone: CountedZone;
  readonly occupants: Occupants;
  readonly confirmed: number;
  /** Who has left the post of this zone, and is elsewhere. */
  readonly left: ReadonlySet<string>;
  readonly now: number;
  /** UTC ms, for the validity of rights. */
  readonly wallTime: number;
}

type PersonTest = (who: Occupant, moment: ZoneMoment, wasActive: boolean) => boolean;

const isValid = ({ validFrom, validTo }: Person, time: number): boolean =>
  (validFrom === undefined || time >= validFrom) && (validTo === undefined || time <= validTo);

const isKnown = ({ person }: Occupant, time: number): boolean => person !== undefined && isValid(person, time);

/** Rules that name a person. */
const personTests: Partial<Readonly<Record<ZoneRule, PersonTest>>> = {
  intruder: (who, { zone, wallTime }) =>
    !(isKnown(who, wallTime) && zone.id !== undefined && who.person?.rights.has(zone.id)),
  unescorted: (who, { occupants, wallTime }) =>
    (!isKnown(who, wallTime) || who.person?.role === 'visitor') && !isEscorted(occupants, wallTime),
  overstay: ({ since }, { zone, now }) => zone.maxStayMs !== undefined && now - since >= zone.maxStayMs,
  // Whoever is unheard can not be seen to lie still, but does not get up by it either.
  motionless: ({ movedAt, isStale }, { zone, now }, wasActive) =>
    zone.motionlessMs !== undefined && (isStale ? wasActive : now - movedAt >= zone.motionlessMs),
  sos: ({ sos }) => sos,
  'strap-cut': ({ isStrapCut }) => isStrapCut,
  'low-battery': ({ isBatteryLow }) => isBatteryLow,
  'tag-lost': ({ isStale }) => isStale,
};

/** Rules about the zone itself, and how long each must last. */
const zoneTests: Partial<
  Readonly<Record<ZoneRule, { readonly test: (moment: ZoneMoment) => boolean; readonly lasting: 'hold' | 'gathering' }>>
> = {
  // Those who are stale are still there.
  'over-limit': { test: ({ zone, occupants }) => occupants.size > (zone.most ?? Infinity), lasting: 'hold' },
  // Those who are stale may be gone.
  'under-manned': { test: ({ zone, confirmed }) => confirmed < (zone.least ?? 0), lasting: 'hold' },
  'post-empty': { test: ({ zone, confirmed }) => (zone.least ?? 0) > 0 && confirmed === 0, lasting: 'hold' },
  gathering: { test: isGathering, lasting: 'gathering' },
};

/** Persons (or '' for the zone itself) for whom each rule holds, and since when, UTC ms. Changed by {@link applyRules}. */
export type ActiveRules = Map<ZoneRule, Map<string, number>>;

export interface RuleChange {
  readonly rule: ZoneRule;
  /** '' for the zone itself. */
  readonly person: string;
  readonly isActive: boolean;
  /** When it began. UTC ms. */
  readonly since: number;
}

/** Brings the active rules of a zone up to date. @returns what changed */
export function applyRules(moment: ZoneMoment, active: ActiveRules, pending: Map<ZoneRule, number>, holdMs: number) {
  const changes: RuleChange[] = [];
  for (const rule of Object.keys(moment.zone.rules) as ZoneRule[]) {
    const before = active.get(rule) ?? new Map<string, number>();
    active.set(rule, before);
    const personTest = personTests[rule];
    const holding =
      rule === 'left-post'
        ? [...moment.left]
        : personTest
          ? [...moment.occupants.values()]
              .filter((who) => personTest(who, moment, before.has(who.key)))
              .map(({ key }) => key)
          : hasLasted(rule, moment, pending, holdMs)
            ? ['']
            : [];
    const held = new Set(holding);
    for (const [person, since] of before)
      if (!held.has(person)) {
        before.delete(person);
        changes.push({ rule, person, isActive: false, since });
      }
    for (const person of held)
      if (!before.has(person)) {
        const since = moment.wallTime;
        before.set(person, since);
        changes.push({ rule, person, isActive: true, since });
      }
  }
  return changes;
}

function hasLasted(rule: ZoneRule, moment: ZoneMoment, pending: Map<ZoneRule, number>, holdMs: number): boolean {
  const zoneTest = zoneTests[rule];
  if (!zoneTest?.test(moment)) {
    pending.delete(rule);
    return false;
  }
  const since = pending.get(rule) ?? moment.now;
  pending.set(rule, since);
  const lasting = zoneTest.lasting === 'hold' ? holdMs : (moment.zone.gathering?.lastingMs ?? 0);
  return moment.now - since >= lasting;
}

function isEscorted(occupants: Occupants, time: number): boolean {
  for (const who of occupants.values())
    if (!who.isStale && isKnown(who, time) && who.person?.role !== 'visitor') return true;
  return false;
}

/** Whether somebody has enough others around: a core point of DBSCAN, without which there is no cluster. */
function isGathering({ zone: { gathering }, occupants }: ZoneMoment): boolean {
  if (!gathering || occupants.size < gathering.people) return false;
  const all = [...occupants.values()];
  return all.some((one) => {
    let around = 0;
    for (const other of all)
      if (Math.hypot(other.x - one.x, other.y - one.y) <= gathering.radiusM && ++around >= gathering.people)
        return true;
    return false;
  });
}
