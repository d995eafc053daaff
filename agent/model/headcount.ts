import type { Text } from './alarm.ts';
import type { PointId, ZoneId } from './ids.ts';
import type { Affine, Origin } from './placement.ts';
import type { RosterFeed } from './roster.ts';
import type { SurveyDefinition } from './survey.ts';
import type { TagId } from './tag.ts';

export const personRoles = ['employee', 'contractor', 'visitor', 'guardian'] as const;
type PersonRole = (typeof personRoles)[number];

/** A person who may wear a tag. */
export interface Person {
  /** The site's own number of the person; several tags may be worn by one. */
  readonly id: string;
  /** For the page of this box alone. */
  readonly name: string;
  readonly role: PersonRole;
  readonly company?: string;
  readonly tag: TagId;
  /** UTC ms, inclusive; outside, the person has no rights and counts as unknown. Absent: without an end. */
  readonly validFrom?: number;
  readonly validTo?: number;
  /** Restricted zones that may be entered. */
  readonly rights: ReadonlySet<ZoneId>;
}

export const zoneKinds = ['ordinary', 'high-risk', 'maintenance', 'blue', 'yellow', 'orange', 'red', 'muster'] as const;
export type ZoneKind = (typeof zoneKinds)[number];

export type ZoneRule =
  | 'over-limit'
  | 'under-manned'
  | 'post-empty'
  | 'left-post'
  | 'intruder'
  | 'unescorted'
  | 'overstay'
  | 'motionless'
  | 'sos'
  | 'strap-cut'
  | 'gathering'
  | 'tag-lost'
  | 'low-battery';

/** An area in which people are counted. Areas may overlap. */
export interface CountedZone {
  /** Absent for what lies outside of all zones: its rules see the persons whom no zone holds. */
  readonly id?: ZoneId;
  /** For people. Absent: the id. */
  readonly name?: string;
  readonly kind: ZoneKind;
  /** Outline first, then holes; each closed (the last is the first). The site's metres. Empty for the outside. */
  readonly rings: readonly (readonly (readonly [number, number])[])[];
  /** The same in longitude and latitude as Chinese public maps shift them; present where the configuration says so. */
  readonly ringsGcj02?: readonly (readonly (readonly [number, number])[])[];
  /** Floors as the locating system names them; empty: every floor. */
  readonly floors: ReadonlySet<string>;
  /** More people than this are too many. */
  readonly most?: number;
  /** Fewer confirmed people than this are too few. */
  readonly least?: number;
  /** How long somebody may stay. Milliseconds. */
  readonly maxStayMs?: number;
  /** Somebody who has not moved for this long may be hurt. Milliseconds. */
  readonly motionlessMs?: number;
  /** So many people within a radius for so long. */
  readonly gathering?: { readonly radiusM: number; readonly people: number; readonly lastingMs: number };
  /** Whose post it is, and how long each may be away. Milliseconds. */
  readonly post?: { readonly persons: ReadonlySet<string>; readonly absenceMs: number };
  /** Where each rule that watches this zone is told; a rule without a point is not watched. */
  readonly rules: Readonly<Partial<Record<ZoneRule, PointId>>>;
  /** Absent for the outside. */
  readonly points?: { readonly confirmed: PointId; readonly stale: PointId; readonly unknown: PointId };
}

/** Hysteresis of zones; exit tolerance, tolerance timeout and exit delay mean what they mean for an omlox hub. */
export interface ZoneHysteresis {
  /** Inside this long before a tag has entered. Milliseconds. */
  readonly enterDwellMs: number;
  /** Within this distance outside the edge a tag is still inside, for the tolerance timeout. Metres. */
  readonly exitToleranceM: number;
  readonly toleranceTimeoutMs: number;
  /** Beyond the tolerance this long before a tag has left. Milliseconds. */
  readonly exitDelayMs: number;
  /** A faster fix is an error of the radio. Metres a second. */
  readonly maxSpeed: number;
  /** Rejected fixes that agree with each other for this long are the truth. Milliseconds. */
  readonly newPlaceAfterMs: number;
}

export interface HeadcountDefinition {
  /** Unique in the site, e.g. `headcount/people`. */
  readonly id: string;
  readonly origin: Origin;
  /** From the metres of each map of the locating systems to the site's. */
  readonly maps: ReadonlyMap<string, Affine>;
  /** The outside among them, last. */
  readonly zones: readonly CountedZone[];
  readonly persons: readonly Person[];
  /** Present where a source tells the roster: then `persons` are those of an earlier run. */
  readonly roster?: RosterFeed;
  readonly hysteresis: ZoneHysteresis;
  /** A tag unheard for this long is stale. Milliseconds. */
  readonly staleAfterMs: number;
  /** The same for a tag that sleeps. */
  readonly asleepStaleAfterMs: number;
  /** Too many or too few must last this long. Milliseconds. */
  readonly holdMs: number;
  /** A tag that nobody heard for this long is forgotten, and that is told. Milliseconds. */
  readonly forgetAfterMs: number;
  /** Names of a roster that was not told for so long are removed, and that is told. Milliseconds; absent: they stay. */
  readonly namesExpireMs?: number;
  readonly repeatMs: number;
  /** Present where tags hang at surveyed places. */
  readonly survey?: SurveyDefinition;
  /** Whether the page of this box shows names. */
  readonly showsNames: boolean;
  /** Where places are shown as public maps in China shift them, too: how. Nothing is judged by it. */
  readonly gcj02?: (place: Origin) => Origin;
  readonly figures: { readonly tags: PointId; readonly silent: PointId; readonly fixRate: PointId };
}

/** What a rule is called and which code provinces have been seen to use for it: persons and zones count apart. */
export const ruleTexts: Readonly<Record<ZoneRule, { readonly text: Text; readonly code?: number }>> = {
  sos: { text: { zh: 'SOS 求救', en: 'SOS' }, code: 0 },
  intruder: { text: { zh: '越界', en: 'Intruder' }, code: 1 },
  overstay: { text: { zh: '滞留', en: 'Overstay' }, code: 2 },
  motionless: { text: { zh: '静止', en: 'Motionless' }, code: 3 },
  // 离场 may mean that somebody left the site, too: the observed table has no more than the word.
  'left-post': { text: { zh: '离场', en: 'Left the post' }, code: 4 },
  'over-limit': { text: { zh: '超员', en: 'Too many people' }, code: 1 },
  'under-manned': { text: { zh: '缺员', en: 'Too few people' }, code: 2 },
  'post-empty': { text: { zh: '缺岗', en: 'Post empty' }, code: 3 },
  gathering: { text: { zh: '人员聚集', en: 'Gathering' } },
  unescorted: { text: { zh: '访客无人陪同', en: 'Visitor without escort' } },
  'strap-cut': { text: { zh: '标签被剪断', en: 'Strap cut' } },
  'tag-lost': { text: { zh: '标签失联', en: 'Tag lost' } },
  'low-battery': { text: { zh: '标签电量低', en: 'Tag battery low' } },
};
