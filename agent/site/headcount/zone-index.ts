import Flatbush from 'flatbush';
import pointInPolygon from 'point-in-polygon-hao';
import type { CountedZone } from '#agent/model/headcount.ts';

type Ring = readonly (readonly [number, number])[];

/** Which zones are at or near a position on the site's plane. */
export interface ZoneIndex {
  /** Indices of the zones that a position is in, or whose edge is within `reachM` of it. */
  near(x: number, y: number, reachM: number): readonly number[];
  /** Metres outside of a zone; 0 inside and on the edge. The floor is not looked at. */
  outside(zone: number, x: number, y: number): number;
}

export function zoneIndex(zones: readonly Pick<CountedZone, 'rings'>[]): ZoneIndex {
  const indexed = zones.flatMap(({ rings }, index) => (rings.length > 0 ? [index] : []));
  const tree = indexed.length > 0 ? new Flatbush(indexed.length) : undefined;
  for (const index of indexed) {
    const outline = zones[index]?.rings[0] ?? [];
    const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
    tree?.add(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
  }
  tree?.finish();
  // The library asks for mutable arrays and changes nothing.
  const polygons = zones.map(({ rings }) => rings as unknown as number[][][]);
  return {
    near: (x, y, reachM) =>
      (tree?.search(x - reachM, y - reachM, x + reachM, y + reachM) ?? []).map((found) => indexed[found] ?? -1),
    outside(zone, x, y) {
      const polygon = polygons[zone];
      if (!polygon || polygon.length === 0) return Number.POSITIVE_INFINITY;
      // Zero says: on the edge, which is inside.
      if (pointInPolygon([x, y], polygon) !== false) return 0;
      return Math.min(...(zones[zone]?.rings ?? []).map((ring) => distanceToRing(ring, x, y)));
    },
  };
}

function distanceToRing(ring: Ring, x: number, y: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 1; index < ring.length; index += 1) {
    const [from, to] = [ring[index - 1], ring[index]];
    if (!from || !to) continue;
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from[0]) * dx + (y - from[1]) * dy) / length));
    least = Math.min(least, Math.hypot(x - from[0] - along * dx, y - from[1] - along * dy));
  }
  return least;
}
