import type { Text } from '#agent/model/alarm.ts';
import type { ViolationKind } from '#agent/model/permit-watch.ts';
import type { StandardRule } from '#agent/model/standard-rule.ts';

/** Something that is wrong with a permit now. One of a kind and subject stands once. */
export interface Violation {
  readonly kind: ViolationKind;
  /** What it is about besides the permit: a camera, a detector, a person. Part of its identity. */
  readonly subject?: string;
  /** Persons whom `why` names, by the enterprise's ids. */
  readonly people?: readonly string[];
  /** The facts, one clause. */
  readonly why: Text;
  /** What it rests on, where a standard says so. */
  readonly rule?: StandardRule | undefined;
}
