import type { ZoneKind, ZoneRule } from './headcount.ts';
import type { ZoneId } from './ids.ts';
import type { Origin } from './placement.ts';

/** What a headcount shows beyond its points: who is where, for the roll-call and the plan. */
export interface PeopleView {
  readonly people: number;
  readonly mustered: number;
  readonly missing: number;
  /** Those who are missing first; of very many only the first. */
  readonly listed: readonly ListedPerson[];
  /** Whether the configuration lets this box show names. */
  readonly showsNames: boolean;
  /** Where the plane of all metres here touches the earth. */
  readonly origin: Origin;
  /** The same place on Chinese public maps; present where the configuration says so. */
  readonly originGcj02?: Origin;
  readonly zones: readonly PlanZone[];
}

/** One person, by whom the site's pseudonym stands for; the name only where the configuration shows names. */
export interface ListedPerson {
  readonly person: string;
  readonly name?: string;
  readonly role: string;
  readonly zones: readonly ZoneId[];
  /** At a muster point by a tag that is heard; a stale tag musters nobody and takes nobody off the list. */
  readonly isMustered: boolean;
  /** Where the person is shown is where the tag was heard last. */
  readonly isStale: boolean;
  /** Absent before the first position. */
  readonly at?: PersonPlace;
  /** Since a tag of the person was heard. Milliseconds. */
  readonly unheardMs: number;
  /** What holds of the person now, in any zone. */
  readonly rules: readonly ZoneRule[];
}

/** Metres east and north of the origin, and degrees (CGCS2000). */
interface PersonPlace extends Origin {
  readonly x: number;
  readonly y: number;
  /** The same place in degrees as Chinese public maps shift them (GCJ-02), for display alone. */
  readonly gcj02?: Origin;
  /** As the locating system names it. */
  readonly floor?: string;
}

/** A zone as it is drawn. */
export interface PlanZone {
  readonly id: ZoneId;
  readonly name: string;
  readonly kind: ZoneKind;
  /** Outline first, then holes. Metres east and north of the origin. */
  readonly rings: readonly (readonly (readonly [number, number])[])[];
  /** The same in longitude and latitude as Chinese public maps shift them, for display alone. */
  readonly ringsGcj02?: readonly (readonly (readonly [number, number])[])[];
  /** Empty: every floor. */
  readonly floors: readonly string[];
  readonly most?: number;
  readonly least?: number;
  readonly confirmed: number;
  readonly stale: number;
  readonly unknown: number;
  /** What holds of the zone or of anybody in it. */
  readonly rules: readonly ZoneRule[];
}
