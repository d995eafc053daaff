import type { CountedZone, HeadcountDefinition } from '#agent/model/headcount.ts';
import { inverted, placed } from '#agent/model/placement.ts';
import type { PlanGround, PlanZone } from '#agent/web/plan/plan-view.ts';
import type { SiteConfig } from '#config/site.ts';

/**
 * The planes on which people are located, each with every zone in its metres. A headcount without maps has the site's
 * own plane.
 */
export const planGrounds = ({ derivations }: SiteConfig): readonly PlanGround[] =>
  derivations.flatMap((one) => (one.kind === 'headcount' ? groundsOf(one.definition) : []));

function groundsOf({ id, maps, zones }: HeadcountDefinition): PlanGround[] {
  const counted = zones.flatMap((zone) => (zone.id === undefined ? [] : [{ ...zone, id: zone.id }]));
  if (maps.size === 0) return [{ id, isUp: true, zones: counted.map((zone) => zoneOn(zone, (corner) => corner)) }];
  return [...maps].flatMap(([map, affine]): PlanGround[] => {
    const fromSite = inverted(affine);
    if (!fromSite) return [];
    const onMap = ([x, y]: Corner): Corner => {
      const at = placed(x, y, fromSite);
      return [rounded(at.x), rounded(at.y)];
    };
    return [
      {
        id: map,
        fromSite,
        isUp: affine.a * affine.e - affine.b * affine.d > 0,
        zones: counted.map((zone) => zoneOn(zone, onMap)),
      },
    ];
  });
}

type Corner = readonly [number, number];

/** Centimetres: nobody is located better. */
const rounded = (metres: number): number => Math.round(metres * 100) / 100;

function zoneOn(
  { id, name = id, kind, floors, rings }: CountedZone & { readonly id: string },
  onMap: (corner: Corner) => Corner,
): PlanZone {
  return { id, name, kind, floors: [...floors], rings: rings.map((ring) => ring.map(onMap)) };
}
