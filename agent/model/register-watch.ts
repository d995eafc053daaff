import type { Contact } from './contact.ts';
import type { PointId } from './ids.ts';
import type { RegisterKind } from './register.ts';

/** How sure it is that the official rules say the same. */
export type Confidence = 'high' | 'medium' | 'low';

/** What one field of a register's records must be. */
export interface RegisterField {
  /** `time`: `yyyyMMddHHmmss`, an ISO text, or ms since 1970. Numbers may come as texts of digits. */
  readonly type: 'text' | 'number' | 'integer' | 'time' | 'truth';
  readonly isRequired: boolean;
  /** Required where another field has this value. */
  readonly requiredWhen?: { readonly field: string; readonly is: string };
  /** The only values that are taken, as texts. */
  readonly values?: readonly string[];
  readonly least?: number;
  readonly most?: number;
  /** Characters. */
  readonly longest: number;
  readonly confidence: Confidence;
}

/** What the records of one register must be. */
export interface RegisterForm {
  /** Kinds that may stand above a record. */
  readonly parents: readonly RegisterKind[];
  readonly needsParent: boolean;
  readonly fields: Readonly<Record<string, RegisterField>>;
  /** Whether fields that are not listed are taken as they are. */
  readonly isOpen: boolean;
}

/** The shape of public data-exchange rules, as data: `config/derived/registers/*.yaml`. */
export interface RegisterShape {
  readonly id: string;
  readonly version: number;
  /** Offset of times that name none, `+08:00`. */
  readonly zone: string;
  readonly registers: Partial<Readonly<Record<RegisterKind, RegisterForm>>>;
  /** Fields of tasks and records from which it follows what is overdue. */
  readonly inspection: {
    readonly cycle: string;
    readonly unit: string;
    /** Units by the words of the field. */
    readonly units: Readonly<Record<string, 'hour' | 'day' | 'month' | 'year'>>;
    readonly start: string;
    /** Time of day, `8:00:00`, between which a task of hours is done. */
    readonly workStart: string;
    readonly workEnd: string;
    readonly checked: string;
  };
  readonly danger: {
    readonly state: string;
    readonly closed: readonly string[];
    readonly deadline: string;
    readonly level: string;
    readonly major: readonly string[];
  };
}

/** What the site keeps of registers and permits, and what of them is late. */
export interface RegisterWatchDefinition {
  /** `registers/dual-prevention` */
  readonly id: string;
  readonly name: string;
  /** On while the systems that tell them answer. Absent: what they told is taken as true. */
  readonly feed?: Contact;
  readonly shape: RegisterShape;
  /** An inspection is overdue so long after it was due. Milliseconds. */
  readonly graceMs: number;
  readonly points: {
    readonly overdueInspections: PointId;
    readonly openDangers: PointId;
    readonly majorDangers: PointId;
    readonly overdueDangers: PointId;
    readonly orphans: PointId;
    readonly refused: PointId;
    readonly records: PointId;
  };
  readonly repeatMs: number;
}
