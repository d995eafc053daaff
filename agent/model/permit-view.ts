import type { AlarmPriority, Text } from './alarm.ts';
import type { PointId, ZoneId } from './ids.ts';
import type { ViolationKind } from './permit-watch.ts';
import type { GasReading, PermitPerson, PermitState, WorkKind } from './permit.ts';

/** What `view()` of a permit watch (`permits/…`) tells a page of special work. Plain JSON, times UTC ms. */
export interface PermitsView {
  readonly name: string;
  /** How well it is known which work goes on. */
  readonly quality: string;
  /** Permits that are known, those not listed among them. */
  readonly total: number;
  /** Work that goes on first, then what has violations, then the rest; at most 500. */
  readonly permits: readonly PermitView[];
  readonly zones: readonly WorkZoneView[];
  /** Times in which special work stops or is raised: running ones, and those that begin within 30 days. */
  readonly suspensions: readonly {
    readonly from: number;
    readonly to: number;
    readonly reason: string;
    readonly works: readonly WorkKind[];
    readonly allowed: 'none' | 'upgraded';
  }[];
}

export interface PermitView {
  readonly id: string;
  readonly work: WorkKind;
  readonly grade: number | null;
  readonly state: PermitState;
  readonly zone: ZoneId | null;
  readonly place: string | null;
  readonly content: string | null;
  readonly contractor: string | null;
  readonly validFrom: number;
  readonly validTo: number;
  /** When work began or went on again; null while none goes on. */
  readonly began: number | null;
  /** What the versions of the permit said, the oldest first: a bar of the timeline from each to the next. */
  readonly turns: readonly { readonly time: number; readonly state: PermitState }[];
  /** The oldest first; the last 50. */
  readonly gasTests: readonly GasTestView[];
  /** Persons by role, not by name. */
  readonly people: readonly WorkPersonView[];
  readonly cameras: readonly { readonly id: string; readonly sees: 'yes' | 'no' | 'unknown' }[];
  /** What cameras saw of the work, over the whole life of the permit: one entry a camera and stretch of work. */
  readonly videos: readonly VideoView[];
  /** Bits of Flag; `sim` above all. */
  readonly flags: number;
  /** The worst first. */
  readonly violations: readonly ViolationView[];
}

/** How one camera saw one stretch of work. Milliseconds. */
export interface VideoView {
  readonly camera: string;
  readonly from: number;
  /** null while work goes on. */
  readonly to: number | null;
  readonly seenMs: number;
  readonly blindMs: number;
  readonly unknownMs: number;
  /** In turn; the oldest of very many are joined. */
  readonly spells: readonly VideoSpell[];
}

export interface VideoSpell {
  readonly sees: 'yes' | 'no' | 'unknown';
  readonly from: number;
  readonly to: number;
}

interface GasTestView {
  readonly time: number;
  readonly place: string | null;
  readonly readings: readonly (GasReading & {
    readonly is: 'within' | 'beyond' | 'unjudged';
    readonly why: Text;
  })[];
}

export interface WorkPersonView {
  readonly role: PermitPerson['role'];
  /** Whether the person may do this work by the qualifications that are known; null where none are configured. */
  readonly qualified: 'yes' | 'no' | 'unknown' | null;
  /** Whether the person's tag is in the permit's zone; null where positions are not looked at. */
  readonly isHere: 'yes' | 'no' | 'unknown' | null;
}

interface ViolationView extends Text {
  readonly kind: ViolationKind;
  readonly priority: AlarmPriority;
  /** A camera, a detector, a gas, another permit. */
  readonly subject: string | null;
  readonly why: Text;
  /** UTC ms since which it stands. */
  readonly since: number;
  /** Standard, clause and how well it is known. */
  readonly clause: string | null;
}

/** A zone in which special work is watched, as it is now. */
export interface WorkZoneView {
  readonly id: ZoneId;
  readonly name: string;
  readonly active: number;
  readonly violations: number;
  /** Whether a guardian is at his place, by the zone's contact; null where there is none. */
  readonly guardian: 'yes' | 'no' | 'unknown' | null;
  /** null: not counted, or not known. */
  readonly people: number | null;
  /** Fixed detectors against the work limit. */
  readonly detectors: readonly {
    readonly point: PointId;
    readonly gas: string;
    readonly is: 'within' | 'beyond' | 'unjudged';
    readonly why: Text;
  }[];
}
