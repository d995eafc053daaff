import type { Findings } from '../../findings.ts';
import { suggest } from '../../nearest.ts';
import type { ReadPoint } from '../../read-points.ts';
import type { ReadDerived } from '../derived-section.ts';

/** Once zones are drawn, a point is in one of them; a site without any names zones as it likes. */
export function checkZones(points: readonly ReadPoint[], derived: readonly ReadDerived[], findings: Findings): void {
  const zones = derived.flatMap(({ config }) =>
    config.kind === 'headcount' ? config.definition.zones.flatMap(({ id }) => id ?? []) : [],
  );
  if (zones.length === 0) return;
  for (const { entry, point } of points)
    if (point.zone !== undefined && !zones.includes(point.zone))
      findings.errorAt(entry, ['zone'], {
        what: `there is no zone "${point.zone}"`,
        why: 'people near the point are counted by its zone',
        todo: suggest(point.zone, zones, 'draw it in "headcount", or correct the id'),
      });
}
