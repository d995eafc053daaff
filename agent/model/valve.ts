import type { Contact } from './contact.ts';
import type { PointId } from './ids.ts';

/**
 * Where a shut-off valve is, from its limit switches. `travel-fault`: neither switch for longer than it may travel.
 * `switch-fault`: both at once. `unknown`: never read since the agent began to watch it.
 */
export const valveStates = ['open', 'closed', 'travelling', 'travel-fault', 'switch-fault', 'unknown'] as const;
export type ValveState = (typeof valveStates)[number];

/** One emergency shut-off valve. Times are milliseconds. */
export interface ValveDefinition {
  /** `valve/XV-101`. */
  readonly id: string;
  readonly name: string;
  /** Limit switch at the open end (ZSO). */
  readonly open: Contact;
  /** Limit switch at the closed end (ZSC). */
  readonly closed: Contact;
  /** On: the valve is told to open (its solenoid is energised). Absent: no discrepancy can be told. */
  readonly command?: Contact;
  /** On while a partial-stroke test runs: the open switch may drop, and no discrepancy is told, for `longestMs`. */
  readonly partialStroke?: Contact & { readonly longestMs: number };
  /** Full stroke as the maker gives it; half as much again is a fault. */
  readonly strokeMs: number;
  /** A command may be seen so much later than the move that it caused: they may be read in different cycles. */
  readonly commandLagMs: number;
  readonly statePoint: PointId;
  /** True while the valve is not where its command wants it, after it had time to get there. */
  readonly discrepancyPoint: PointId;
  /** True once the valve left its place without a command, until it is where its command wants it. */
  readonly uncommandedPoint: PointId;
  /** True while a partial-stroke test lasts longer than it may. */
  readonly testOverduePoint: PointId;
  /** Time of the last full stroke on command, seconds. */
  readonly strokeTimePoint: PointId;
  readonly repeatMs: number;
}
