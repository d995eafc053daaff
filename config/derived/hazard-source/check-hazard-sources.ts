import type { Findings } from '../../findings.ts';
import { suggest } from '../../nearest.ts';
import { valueAt } from '../../place.ts';
import type { ReadPoint } from '../../read-points.ts';
import type { DerivedEntries } from '../read-derived.ts';
import { hazardSourceSection } from './section.ts';

/** A hazard source that a point names must exist. Where none is declared, the names are the receivers' alone. */
export function checkHazardSources(entries: DerivedEntries, points: readonly ReadPoint[], findings: Findings): void {
  const declared = (entries[hazardSourceSection.key] ?? []).map(({ value }) => valueAt(value, ['id']));
  const ids = declared.filter((id) => typeof id === 'string');
  if (declared.length === 0) return;
  for (const { entry, point } of points)
    if (point.hazardSource !== undefined && !ids.includes(point.hazardSource))
      findings.errorAt(entry, ['hazardSource'], {
        what: `there is no hazard source "${point.hazardSource}"`,
        why: 'the points of a hazard source are found by its id',
        todo: suggest(point.hazardSource, ids, 'declare it under hazardSources'),
      });
}
