import type { GroundPoint } from './placement.ts';
import type { PointId } from './ids.ts';
import type { TagId } from './tag.ts';

/**
 * How far the locating system errs, by tags that hang at surveyed places; for the acceptance of positioning (AQ 3064.3).
 * Such a tag is nobody and counts in no zone.
 */
export interface SurveyDefinition {
  /** Where each tag hangs. The site's metres. */
  readonly tags: ReadonlyMap<TagId, GroundPoint>;
  /** Errors of so long are looked at. Milliseconds. */
  readonly windowMs: number;
  /** Horizontal errors in metres: half and 95 % are not above, the largest; and of how many fixes. */
  readonly points: {
    readonly p50: PointId;
    readonly p95: PointId;
    readonly max: PointId;
    readonly fixes: PointId;
    /** Seconds from one fix of a tag to its next: 95 % are not above. */
    readonly interval: PointId;
  };
}
