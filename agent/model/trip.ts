import type { Contact } from './contact.ts';
import type { PointId } from './ids.ts';

/** One trip group of a safety system. Times are milliseconds. */
export interface TripDefinition {
  /** `trip/SIS`. */
  readonly id: string;
  readonly name: string;
  /** On while the group is tripped. */
  readonly tripped: Contact;
  /** The cause that the safety system itself latched first; a value of 0 or nothing is none. */
  readonly firstOut?: PointId;
  /** What the safety system's own record of events tells, with its own clock: the only order that counts. */
  readonly events: readonly TripEventPoints[];
  /**
   * Causes seen by polling. Their order is that in which they were read, which is no order of events: it is told only
   * where nothing else is, and then as inferred.
   */
  readonly polled: readonly (Contact & { readonly name: string })[];
  /** Texts of causes, by the value that the safety system tells. */
  readonly causes: Readonly<Record<string, string>>;
  /** First-out and events are read this long after the trip was seen, so that all of them are there. */
  readonly settleMs: number;
  readonly tripPoint: PointId;
  /** The cause of the present trip, as text. */
  readonly causePoint: PointId;
  readonly repeatMs: number;
}

/** Where one entry of the record stands. The time is UTC: whole seconds, and milliseconds where they stand apart. */
interface TripEventPoints {
  readonly cause: PointId;
  readonly seconds: PointId;
  readonly milliseconds?: PointId;
}
