import type { AlarmPriority } from './alarm.ts';
import type { PointId } from './ids.ts';

/** Watches whether more alarms come than a person can handle, at one operator position or on the whole site. */
export interface FloodDefinition {
  /** `flood/alarms` */
  readonly id: string;
  readonly name: string;
  /** Operator position; absent: all alarms. */
  readonly group?: string;
  /** Within this time. Milliseconds. */
  readonly windowMs: number;
  /** A flood begins with more than this many in the window, … */
  readonly startsAbove: number;
  /** … and ends with fewer than this many. */
  readonly endsBelow: number;
  readonly floodPoint: PointId;
  readonly countPoint: PointId;
  readonly repeatMs: number;
}

/** What a flood is, before anybody looks at its single alarms. Plain JSON; times UTC ms. */
export interface FloodSummary {
  readonly since: number;
  readonly alarms: number;
  /** The alarm that began it. */
  readonly first: string;
  readonly priorities: Readonly<Record<AlarmPriority, number>>;
  /** Most alarms first; a few. */
  readonly zones: readonly { readonly zone: string; readonly alarms: number }[];
}

/** What `view()` of a flood watch tells a page. */
export interface FloodView {
  readonly name: string;
  readonly group: string | null;
  /** Alarms in the window. */
  readonly count: number;
  readonly flood: FloodSummary | null;
}
