import type { Text } from './alarm.ts';
import type { Contact } from './contact.ts';
import type { PointId } from './ids.ts';

/** What people declare of a device: that it stands still, is being started, or is taken apart. */
export const stopKinds = ['stopped', 'start-up', 'overhaul'] as const;
export type StopKind = (typeof stopKinds)[number];

export const stopTexts: Readonly<Record<StopKind, Text>> = {
  stopped: { zh: '停用', en: 'stopped' },
  'start-up': { zh: '开车', en: 'start-up' },
  overhaul: { zh: '检修', en: 'overhaul' },
};

/** What `view()` of a watch of stops tells a page. Plain JSON; times UTC ms. */
export interface StopView {
  readonly name: string;
  readonly device: string;
  /** Whether it stands still or is silent; null while that is not known. */
  readonly isDown: boolean | null;
  readonly declared:
    | (Text & { readonly kind: StopKind; readonly from: number; readonly planned: number | null })
    | null;
  /** Nobody declared it: it is offline. */
  readonly isUndeclared: boolean;
}

/**
 * One device or unit whose stops must be declared: a device that stands still or is not heard, and of which nobody has
 * said so, is offline. Declarations are records of register `stop-record`.
 */
export interface StopWatchDefinition {
  /** `stop/TK-2101` */
  readonly id: string;
  readonly name: string;
  /** As declarations name it. */
  readonly device: string;
  /** Names of the fields of a declaration. */
  readonly fields: {
    readonly device: string;
    readonly from: string;
    /** When it is planned to be over. */
    readonly planned: string;
    /** When it was over; without a value it goes on. */
    readonly end: string;
    readonly kind: string;
  };
  /** Kinds by the words of the field; a word that is not here is `stopped`. */
  readonly kinds: Readonly<Record<string, StopKind>>;
  /** On while the device runs. */
  readonly running?: Contact;
  /** The device is heard while one of these is not bad. */
  readonly points: readonly PointId[];
  /** How long it may stand still or be silent before that counts. Milliseconds. */
  readonly afterMs: number;
  readonly declaredPoint: PointId;
  readonly kindPoint: PointId;
  readonly undeclaredPoint: PointId;
  readonly overduePoint: PointId;
  readonly contradictedPoint: PointId;
  readonly repeatMs: number;
}
