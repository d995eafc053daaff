import type { Text } from './alarm.ts';
import type { FactOrigin } from './fact.ts';
import type { ZoneId } from './ids.ts';

/**
 * Special work: the eight kinds of GB 30871-2022, and the four further ones that are managed alike (倒灌 transfer back,
 * 倾灌 pouring, 切水 draining, 检维修 maintenance).
 */
export const workKinds = [
  'hot-work',
  'confined-space',
  'blind-plate',
  'work-at-height',
  'lifting',
  'temporary-power',
  'excavation',
  'road-closure',
  'transfer-back',
  'pouring',
  'draining',
  'maintenance',
] as const;
export type WorkKind = (typeof workKinds)[number];

export const workTexts: Readonly<Record<WorkKind, Text>> = {
  'hot-work': { zh: '动火作业', en: 'hot work' },
  'confined-space': { zh: '受限空间作业', en: 'confined space entry' },
  'blind-plate': { zh: '盲板抽堵作业', en: 'blind plate work' },
  'work-at-height': { zh: '高处作业', en: 'work at height' },
  lifting: { zh: '吊装作业', en: 'lifting' },
  'temporary-power': { zh: '临时用电作业', en: 'temporary power' },
  excavation: { zh: '动土作业', en: 'excavation' },
  'road-closure': { zh: '断路作业', en: 'road closure' },
  'transfer-back': { zh: '倒灌作业', en: 'transfer back' },
  pouring: { zh: '倾灌作业', en: 'pouring' },
  draining: { zh: '切水作业', en: 'draining' },
  maintenance: { zh: '检维修作业', en: 'maintenance' },
};

/**
 * Where a permit stands, in the words of the enterprise's own system mapped to these. `active` is work going on;
 * `suspended` is interrupted work that may go on after a new gas analysis.
 */
export const permitStates = ['applied', 'approved', 'active', 'suspended', 'finished', 'cancelled'] as const;
export type PermitState = (typeof permitStates)[number];

export interface GasTest {
  /** UTC ms at which the sample was taken. */
  readonly time: number;
  readonly place?: string;
  readonly readings: readonly GasReading[];
}

export interface GasReading {
  /** `oxygen`, or the substance as the site names it. */
  readonly gas: string;
  readonly value: number;
  /** As written on the ticket. Limits are in %VOL; anything else is converted where the gas is known, or is a violation. */
  readonly unit: '%VOL' | '%LEL' | 'ppm' | 'mg/m3';
}

export interface PermitPerson {
  /** The enterprise's id of the person; the roster knows it by the same. */
  readonly person: string;
  readonly role: 'applicant' | 'worker' | 'guardian' | 'approver' | 'analyst';
}

/** One work permit as it stands now, whole; a later one of the same id replaces it. */
export interface PermitFact extends FactOrigin {
  readonly kind: 'permit';
  readonly id: string;
  /** Rises with each change at the source; an older one than what is known is ignored. */
  readonly version: number;
  readonly isDeleted: boolean;
  readonly work: WorkKind;
  /** As the standard grades this kind: 0 special, 1, 2 …; absent where the kind has no grades. */
  readonly grade?: number;
  readonly state: PermitState;
  /** UTC ms. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly zone?: ZoneId;
  readonly place?: string;
  readonly content?: string;
  readonly contractor?: string;
  readonly people: readonly PermitPerson[];
  readonly gasTests: readonly GasTest[];
  /** Gases that must be tested, as the ticket says; empty: by the kind's rule. */
  readonly gases: readonly string[];
  /** Most people that may be in the zone while the work goes on, as the ticket says. */
  readonly mostPeople?: number;
  /** Work at height: how high, m. Absent: the ticket does not say; so with the three that follow. */
  readonly heightM?: number;
  /** Lifting: how heavy, t. */
  readonly massT?: number;
  /** Blind plate work: how many plates. */
  readonly plates?: number;
  /** Temporary power: ids of the permits that it serves; empty: it serves none. */
  readonly serves?: readonly string[];
  /** Where, degrees; CGCS2000, with which WGS84 agrees within decimetres. */
  readonly position?: { readonly lon: number; readonly lat: number };
  /** Ids of camera sources that shall watch the whole work. */
  readonly cameras: readonly string[];
}
