import type { PointId } from './ids.ts';
import type { Quality } from './quality.ts';

/** null: no value could be obtained; the quality says why. Structures and arrays are flattened to points by path. */
export type SampleValue = number | boolean | string | null;

/**
 * One reading of one point. Immutable once emitted.
 *
 * From a driver, `value` is as decoded from the wire; after ingest it is in the point's engineering unit.
 */
export interface Sample {
  readonly point: PointId;
  readonly value: SampleValue;
  readonly quality: Quality;
  /** UTC ms at which the device says the value was true; equals receiveTime where the protocol carries no time. */
  readonly sourceTime: number;
  /** UTC ms by the agent's clock at which the bytes arrived. */
  readonly receiveTime: number;
  /** Bits of {@link Flag}. */
  readonly flags: number;
}
