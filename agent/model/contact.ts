import type { PointId } from './ids.ts';

/** A point that is on or off: a limit switch, a permissive, a bypass key. */
export interface Contact {
  readonly point: PointId;
  /** The value that means on; any other good value means off. */
  readonly on: number | boolean | string;
}
