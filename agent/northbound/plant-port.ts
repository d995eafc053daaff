import type { PointId, SiteId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { Sample } from '#agent/model/sample.ts';

/** The running site as a northbound server sees it: there is nothing here that could change anything. */
export interface PlantPort {
  readonly site: { readonly id: SiteId; readonly name: string };
  /** The same array for as long as nothing has changed. */
  points(): readonly Point[];
  /** The last sample of a point that is not backfilled; undefined before the first. */
  latest(point: PointId): Sample | undefined;
}
