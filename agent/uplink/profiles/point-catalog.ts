import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { SiteId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { type messages, VERSION } from './firewatch-json-schema.ts';
import type { KnownPoints } from './sample-columns.ts';

type Wire = z.input<typeof messages.catalog>;

/** The points of a site as a receiver is told of them; named after its content, so that a changed one is another. */
export function makeCatalog(
  site: { readonly id: SiteId; readonly simulated: boolean },
  points: readonly Point[],
): { readonly wire: Wire; readonly known: KnownPoints } {
  const told = points.map(tell);
  const catalog = createHash('sha256').update(JSON.stringify(told)).digest('hex').slice(0, 12);
  return {
    wire: { version: VERSION, site: site.id, catalog, sim: site.simulated, points: told },
    known: { catalog, places: new Map(points.map((point, place) => [point.id, place])) },
  };
}

const tell = ({
  id,
  name,
  kind,
  unit,
  range,
  zone,
  hazardSource,
  safetyRole,
  regulatorCode,
}: Point): Wire['points'][number] => ({
  id,
  name,
  kind,
  unit,
  ...(range ? { range } : {}),
  ...(zone === undefined ? {} : { zone }),
  ...(hazardSource === undefined ? {} : { hazardSource }),
  safetyRole,
  ...(regulatorCode === undefined ? {} : { regulatorCode }),
});
