import commonJs from 'gcoord';
import type { Origin } from '#agent/model/placement.ts';

/** Its types tell of an ES module; Node is given the CommonJS one, which is itself what they call the default. */
const { transform, WGS84, GCJ02 } = commonJs as unknown as (typeof commonJs)['default'];

/**
 * A place (CGCS2000 or WGS84, degrees) as public maps in China shift it. The algorithm is the one that everybody uses; no
 * authority has published its own. For display alone: it can not be undone exactly, and outside of China shifts nothing.
 */
export function gcj02({ lon, lat }: Origin): Origin {
  const [east, north] = transform([lon, lat], WGS84, GCJ02);
  return { lon: east, lat: north };
}
