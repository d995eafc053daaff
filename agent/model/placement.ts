/** A position on the site's own plane: metres east and north of {@link Origin}. */
export interface GroundPoint {
  readonly x: number;
  readonly y: number;
}

/** Where the plane touches the earth. Degrees; CGCS2000, with which WGS84 agrees within decimetres. */
export interface Origin {
  readonly lon: number;
  readonly lat: number;
}

/** `east = a·x + b·y + c`, `north = d·x + e·y + f`, from a map's metres to the site's. */
export interface Affine {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

/** A place that was surveyed both on the locating system's map, in metres, and on earth, in degrees. */
export interface ControlPoint extends GroundPoint {
  readonly lon: number;
  readonly lat: number;
}

const RADIUS_M = 6_378_137;
const DEGREE = Math.PI / 180;
/** First eccentricity squared of the ellipsoid; CGCS2000 and WGS84 share it in all digits that matter. */
const E2 = 0.006_694_38;

/** Metres of one degree of longitude and latitude there. Over the ten kilometres of a large plant it errs below 0.1 %. */
function metresPerDegree({ lat }: Origin): readonly [number, number] {
  const root = 1 - E2 * Math.sin(lat * DEGREE) ** 2;
  return [(RADIUS_M * Math.cos(lat * DEGREE) * DEGREE) / Math.sqrt(root), (RADIUS_M * (1 - E2) * DEGREE) / root ** 1.5];
}

/** Degrees to metres on the plane. */
export function groundOf(lon: number, lat: number, origin: Origin): GroundPoint {
  const [east, north] = metresPerDegree(origin);
  return { x: (lon - origin.lon) * east, y: (lat - origin.lat) * north };
}

/** Metres on the plane to degrees. */
export function degreesOf({ x, y }: GroundPoint, origin: Origin): Origin {
  const [east, north] = metresPerDegree(origin);
  return { lon: origin.lon + x / east, lat: origin.lat + y / north };
}

export const placed = (x: number, y: number, { a, b, c, d, e, f }: Affine): GroundPoint => ({
  x: a * x + b * y + c,
  y: d * x + e * y + f,
});

/** The way back, from the site's metres to the map's; undefined where a map has no width. */
export function inverted({ a, b, c, d, e, f }: Affine): Affine | undefined {
  const determinant = a * e - b * d;
  if (!(Math.abs(determinant) > 1e-9)) return undefined;
  return {
    a: e / determinant,
    b: -b / determinant,
    c: (b * f - c * e) / determinant,
    d: -d / determinant,
    e: a / determinant,
    f: (c * d - a * f) / determinant,
  };
}

/** A fitted placement and the largest distance by which it misses a control point. Metres. */
export interface Placement {
  readonly affine: Affine;
  readonly residualM: number;
}

/**
 * The affine that fits the control points best by least squares.
 *
 * @returns undefined for fewer than three, or when all lie on one line: nothing would say how wide the map is
 */
export function fitPlacement(points: readonly ControlPoint[], origin: Origin): Placement | undefined {
  if (points.length < 3) return undefined;
  const pairs = points.map((point) => ({ ...point, ground: groundOf(point.lon, point.lat, origin) }));
  const mean = (of: (pair: (typeof pairs)[number]) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / pairs.length;
  const [mx, my, me, mn] = [mean((p) => p.x), mean((p) => p.y), mean((p) => p.ground.x), mean((p) => p.ground.y)];
  const sum = (of: (dx: number, dy: number, east: number, north: number) => number): number =>
    mean((p) => of(p.x - mx, p.y - my, p.ground.x - me, p.ground.y - mn));
  const [xx, xy, yy] = [sum((dx) => dx * dx), sum((dx, dy) => dx * dy), sum((_, dy) => dy * dy)];
  const determinant = xx * yy - xy * xy;
  // Relative to the spread: a line of points a kilometre long is a line as much as one of a metre.
  if (!(determinant > 1e-6 * (xx + yy) ** 2)) return undefined;
  const row = (xt: number, yt: number, mt: number): readonly [number, number, number] => {
    const first = (xt * yy - yt * xy) / determinant;
    const second = (yt * xx - xt * xy) / determinant;
    return [first, second, mt - first * mx - second * my];
  };
  const [a, b, c] = row(
    sum((dx, _, east) => dx * east),
    sum((_, dy, east) => dy * east),
    me,
  );
  const [d, e, f] = row(
    sum((dx, _y, _e, north) => dx * north),
    sum((_x, dy, _e, north) => dy * north),
    mn,
  );
  const affine = { a, b, c, d, e, f };
  const missed = pairs.map(({ x, y, ground }) => {
    const at = placed(x, y, affine);
    return Math.hypot(at.x - ground.x, at.y - ground.y);
  });
  return { affine, residualM: Math.max(...missed) };
}
