import type { AlarmPriority, Text } from './alarm.ts';
import type { Contact } from './contact.ts';
import type { PointId, ZoneId } from './ids.ts';
import type { WorkKind } from './permit.ts';
import type { StandardRule } from './standard-rule.ts';

/** A combustible gas as far as its concentration must be converted. */
export interface CombustibleGas {
  /** Names by which tickets and detectors call it, lower case. */
  readonly names: readonly string[];
  /** Lower explosive limit, %VOL. */
  readonly lel: number;
  /** g/mol, for readings in mg/m3. */
  readonly molarMass: number;
}

/** A fixed detector in a zone. */
export interface PermitDetector {
  readonly point: PointId;
  /** `oxygen`, or a gas by one of its names. */
  readonly gas: string;
  readonly unit: string;
}

export interface PermitZone {
  readonly id: ZoneId;
  readonly name: string;
  /** Work here and there is simultaneous work nearby; holds in both directions. */
  readonly neighbours: readonly ZoneId[];
  readonly detectors: readonly PermitDetector[];
  /** On while a guardian is at his place. */
  readonly guardian?: Contact;
  /** The guardian of the ticket must be in the zone of this id by his tag; the headcount knows zones and tags. */
  readonly isGuardianLocated: boolean;
  /** How many people are in the zone. */
  readonly people?: PointId;
  /** Wind, m/s; present where the zone is in the open. */
  readonly wind?: PointId;
  /** Something is wrong with a permit of this zone; and of the worst kind; and something cannot be judged. */
  readonly violationPoint: PointId;
  readonly criticalPoint: PointId;
  readonly unjudgedPoint: PointId;
  readonly countPoint: PointId;
  readonly activePoint: PointId;
  readonly activeByWork: Readonly<Record<WorkKind, PointId>>;
}

/** Special work stops, or is raised by grades, in this time. UTC ms, `to` exclusive. */
interface Suspension {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
  readonly works: readonly WorkKind[];
  /** `none`: no work at all; `upgraded`: hot work of a grade raised as the standard says. */
  readonly allowed: 'none' | 'upgraded';
}

interface Qualification {
  readonly person: string;
  readonly works: readonly WorkKind[];
  /** UTC ms, exclusive. */
  readonly until: number;
}

/** Kinds of places from which fire keeps away; the standard has a distance for each. */
export const fireDistanceKinds = ['solvent', 'cylinder', 'liquid-discharge', 'gas-discharge'] as const;

export interface FireDistancePlace {
  readonly id: string;
  readonly name: string;
  readonly kind: (typeof fireDistanceKinds)[number];
  /** Degrees; CGCS2000. */
  readonly lon: number;
  readonly lat: number;
  /** On while it is in use: while it discharges. Absent: always. */
  readonly on?: Contact;
}

export interface PermitWatchDefinition {
  /** `permits/special-work`. */
  readonly id: string;
  readonly name: string;
  /** On while the system that tells permits answers. Absent: what it told is taken as true. */
  readonly feed?: Contact;
  readonly zones: readonly PermitZone[];
  /** A headcount tells where people are. */
  readonly hasPositions: boolean;
  /** On while the picture is of no use, by camera. */
  readonly cameras: ReadonlyMap<string, Contact>;
  /** 20 digits, by camera: as the video platform by GB/T 28181 knows it. */
  readonly gb28181Ids: ReadonlyMap<string, string>;
  readonly suspensions: readonly Suspension[];
  /** Times of every week in which hot work is raised, beside the suspensions. China's time. */
  readonly raised: {
    /** Minutes after midnight; `to` may be on the next day. */
    readonly night?: { readonly from: number; readonly to: number };
    readonly weekends: boolean;
  };
  /** Absent: qualifications are not judged. */
  readonly qualifications?: readonly Qualification[];
  /** Kinds of work that may not go on at once in one zone or in neighbouring ones. */
  readonly simops: readonly (readonly [WorkKind, WorkKind])[];
  readonly gases: readonly CombustibleGas[];
  /** Hot work is measured against them. */
  readonly keepFireFrom: readonly FireDistancePlace[];
  /** Of every edition: each permit is judged by the one in force. */
  readonly rules: readonly StandardRule[];
  /** Permits of no zone that is configured. */
  readonly astrayPoint: PointId;
  /** Live work that the daily commitment does not declare; absent: not compared. */
  readonly commitment?: {
    readonly differencePoint: PointId;
    readonly missingPoint: PointId;
    readonly counters: readonly CommitmentCounter[];
    readonly units?: CommitmentUnits;
  };
  readonly repeatMs: number;
}

/** Units whose running the daily commitment declares, too. */
export interface CommitmentUnits {
  /** On while a unit runs; one for each. */
  readonly running: readonly Contact[];
  readonly counters: readonly {
    /** Field of the declared record. */
    readonly field: string;
    readonly counts: 'running' | 'stopped';
    readonly point: PointId;
  }[];
  readonly differencePoint: PointId;
}

/** A counter of the daily commitment that follows from live permits. */
export interface CommitmentCounter {
  /** Field of the declared record. */
  readonly field: string;
  readonly work: WorkKind;
  readonly grade?: number;
  readonly point: PointId;
}

/** What can be wrong with a permit, what it rests on, and how bad it is. */
export const violationKinds = {
  'not-yet-valid': { zh: '未到有效期即作业', en: 'work before the permit is valid', priority: 'critical' },
  expired: { zh: '作业票已过期仍在作业', en: 'work after the permit expired', priority: 'critical' },
  'valid-too-long': { zh: '作业票有效期超出规定', en: 'permit is valid for longer than allowed', priority: 'high' },
  'grade-unknown': { zh: '作业级别不明，无法判定', en: 'grade unknown, cannot be judged', priority: 'medium' },
  'changed-at-work': { zh: '作业变更未重新办票', en: 'work was changed without a new ticket', priority: 'high' },
  'grade-too-low': { zh: '作业级别低于应有级别', en: 'grade below what the work demands', priority: 'high' },
  'grade-unjudged': { zh: '作业级别无法核对', en: 'grade cannot be checked', priority: 'medium' },
  'too-many-plates': { zh: '一票多块盲板', en: 'more blind plates than one ticket may be for', priority: 'high' },
  'plates-unjudged': { zh: '盲板数不明', en: 'number of blind plates unknown', priority: 'medium' },
  'outlasts-work': {
    zh: '临时用电长于所服务的作业',
    en: 'temporary power outlasts the work that it serves',
    priority: 'high',
  },
  'served-unjudged': {
    zh: '临时用电所服务的作业不明',
    en: 'work that the power serves is unknown',
    priority: 'medium',
  },
  'zone-unknown': { zh: '作业区域不明，无法判定', en: 'zone unknown, cannot be judged', priority: 'medium' },
  'gas-test-missing': { zh: '无气体分析', en: 'no gas test', priority: 'critical' },
  'gas-test-stale': { zh: '气体分析超时', en: 'gas test too old', priority: 'high' },
  'gas-retest-missing': { zh: '中断后未重新分析', en: 'no gas test after the interruption', priority: 'critical' },
  'gas-not-tested': { zh: '应测气体未测', en: 'a required gas was not tested', priority: 'high' },
  'gas-over-limit': { zh: '气体分析不合格', en: 'gas test beyond the work limit', priority: 'critical' },
  'gas-unjudged': { zh: '气体分析无法判定', en: 'gas test cannot be judged', priority: 'medium' },
  'gas-log-overdue': { zh: '作业中气体分析记录超时', en: 'gas not analysed in time during the work', priority: 'high' },
  'gas-log-unjudged': { zh: '作业中气体分析记录不明', en: 'gas log cannot be judged', priority: 'medium' },
  'gas-monitoring-stopped': { zh: '连续气体监测中断', en: 'continuous gas monitoring has stopped', priority: 'high' },
  'gas-monitoring-unjudged': {
    zh: '连续气体监测情况不明',
    en: 'continuous gas monitoring unknown',
    priority: 'medium',
  },
  'distance-too-short': { zh: '动火点间距不足', en: 'fire too near', priority: 'critical' },
  'distance-unjudged': { zh: '动火点间距不明', en: 'distance of the fire unknown', priority: 'medium' },
  'detector-over-limit': { zh: '现场气体浓度超过作业限值', en: 'live gas beyond the work limit', priority: 'critical' },
  'detector-unjudged': { zh: '现场气体浓度无法判定', en: 'live gas cannot be judged', priority: 'medium' },
  'guardian-missing': { zh: '未指定监护人', en: 'no guardian named', priority: 'high' },
  'guardian-away': { zh: '监护人离岗', en: 'guardian away', priority: 'critical' },
  'guardian-unjudged': { zh: '监护人在岗情况不明', en: 'guardian’s place unknown', priority: 'medium' },
  'camera-missing': { zh: '无作业影像', en: 'no camera watches the work', priority: 'high' },
  'camera-blind': { zh: '作业影像中断', en: 'camera blind during the work', priority: 'high' },
  'camera-unjudged': { zh: '作业影像情况不明', en: 'camera’s state unknown', priority: 'medium' },
  'in-suspension': { zh: '暂停期间作业', en: 'work in a time of suspension', priority: 'critical' },
  'not-upgraded': { zh: '未升级管理', en: 'permit is not upgraded', priority: 'high' },
  unqualified: { zh: '人员资格无效', en: 'person without valid qualification', priority: 'high' },
  'qualification-unjudged': { zh: '人员资格不明', en: 'qualification unknown', priority: 'medium' },
  'simultaneous-work': { zh: '交叉作业冲突', en: 'conflicting work nearby', priority: 'high' },
  'wind-too-strong': { zh: '大风天气露天作业', en: 'wind too strong for work in the open', priority: 'high' },
  'wind-unjudged': { zh: '风力不明', en: 'wind unknown', priority: 'medium' },
  'too-many-people': { zh: '作业区域人数超限', en: 'too many people in the zone', priority: 'critical' },
  'people-unjudged': { zh: '作业区域人数不明', en: 'number of people unknown', priority: 'medium' },
} as const satisfies Readonly<Record<string, Text & { readonly priority: AlarmPriority }>>;
export type ViolationKind = keyof typeof violationKinds;
