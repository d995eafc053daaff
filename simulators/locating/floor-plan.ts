/** A rectangle on one floor of the plan. Metres. */
export interface PlanZone {
  readonly name: string;
  readonly floor: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
  /** Nobody goes there without being sent. */
  readonly isClosed?: true;
}

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly floor: number;
}

export interface FloorPlan {
  /** Number of the map in the locating system. */
  readonly map: number;
  /** Longitude and latitude of the plan's zero; x goes east, y north. */
  readonly origin: { readonly longitude: number; readonly latitude: number };
  readonly zones: readonly PlanZone[];
}

/** The plant of the other simulators, seen from above. */
export const plantPlan: FloorPlan = {
  map: 1,
  origin: { longitude: 121.62, latitude: 38.92 },
  zones: [
    { name: 'hydrogenation', floor: 1, left: 0, bottom: 0, right: 30, top: 20 },
    { name: 'oxidation', floor: 1, left: 35, bottom: 0, right: 65, top: 20 },
    { name: 'tank-farm', floor: 1, left: 0, bottom: 30, right: 45, top: 70 },
    { name: 'loading', floor: 1, left: 55, bottom: 35, right: 80, top: 60 },
    { name: 'control-room', floor: 2, left: 35, bottom: 0, right: 50, top: 12 },
    { name: 'muster-point', floor: 1, left: 90, bottom: 0, right: 105, top: 15 },
    // West of all others, so that no way leads through it.
    { name: 'compressor-house', floor: 1, left: -32, bottom: 0, right: -8, top: 20, isClosed: true },
    { name: 'guardian-post', floor: 1, left: -16, bottom: 2, right: -9, top: 9, isClosed: true },
  ],
};

/** Where reference tags hang on it, beside all zones. */
export const plantReferences: readonly Place[] = [
  { x: 32.5, y: 25, floor: 1 },
  { x: 85, y: 30, floor: 1 },
  { x: 50, y: 65, floor: 1 },
];

/** The zones that a place lies in; borders belong to the zone. */
export const zonesAt = ({ zones }: FloorPlan, { x, y, floor }: Place): string[] =>
  zones
    .filter((zone) => zone.floor === floor && x >= zone.left && x <= zone.right && y >= zone.bottom && y <= zone.top)
    .map(({ name }) => name);

const METRES_PER_DEGREE = 111_320;

/** Flat-earth degrees, right within millimetres on a plant. */
export function geographic({ origin }: FloorPlan, { x, y }: { readonly x: number; readonly y: number }) {
  const shrink = Math.cos((origin.latitude * Math.PI) / 180);
  return {
    longitude: origin.longitude + x / (METRES_PER_DEGREE * shrink),
    latitude: origin.latitude + y / METRES_PER_DEGREE,
  };
}
