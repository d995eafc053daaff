import type { FactOrigin } from './fact.ts';
import type { PermitFact } from './permit.ts';

/** What a register keeps. Parents stand before their children. */
export const registerKinds = [
  'risk-object',
  'risk-unit',
  'risk-event',
  'risk-measure',
  'inspection-task',
  'inspection-record',
  'hidden-danger',
  'safety-commitment',
  'stop-record',
  'enterprise-grade',
] as const;
export type RegisterKind = (typeof registerKinds)[number];

/**
 * One record of a register that people keep (双重预防, 安全承诺, declared stops): relayed with its fields as they are,
 * after they were checked. A later version of the same kind and id replaces it.
 */
export interface RegisterFact extends FactOrigin {
  readonly kind: 'register';
  readonly register: RegisterKind;
  readonly id: string;
  /** Of the kind above; absent at the top. */
  readonly parent?: string;
  /** Rises with each change at the source, deletion included; never the date of creation. */
  readonly version: number;
  readonly isDeleted: boolean;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * One version of a record that people keep, as stream `register` holds it: whole, checked, deletions included. Which
 * version of an id is the newest says `version`, never the order of arrival or a date.
 */
export type RegisterEntry = RegisterFact | PermitFact;
