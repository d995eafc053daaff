import type { Point } from '#agent/model/point.ts';
import type { Findings } from './findings.ts';
import { valueAt } from './place.ts';
import { suggest } from './nearest.ts';
import type { ReadReceiver } from './read-receivers.ts';
import { matcher } from './wildcard.ts';

/**
 * A filter with a typo would keep a receiver from what it is meant to have, and nobody would miss it.
 *
 * @param known ids of all points, those with faults too
 */
export function checkFilters(
  receivers: readonly ReadReceiver[],
  points: readonly Point[],
  known: ReadonlySet<string>,
  findings: Findings,
): void {
  const some = <T>(pick: (point: Point) => T | undefined): ReadonlySet<T> =>
    new Set(points.flatMap((point) => pick(point) ?? []));
  const zones = some<string>(({ zone }) => zone);
  const hazardSources = some(({ hazardSource }) => hazardSource);
  const codes = some(({ regulatorCode }) => regulatorCode);

  for (const { entry, config } of receivers) {
    if (!config.filter) continue;
    const { points: ids, zones: ownZones, hazardSources: ownSources, regulatorCodes } = config.filter;
    for (const [index, id] of (ids ?? []).entries()) {
      if (id.includes('*') || known.has(id)) continue;
      // The filter of HJ 212 follows from its codes.
      const isWritten = config.transport.kind !== 'hj212' || valueAt(entry.value, ['filter']) !== undefined;
      const path = isWritten ? ['filter', 'points', index] : ['transport', 'points', index, 'point'];
      findings.errorAt(entry, path, {
        what: `there is no point "${id}"`,
        why: `"${config.id}" would never get what is meant`,
        todo: suggest(id, [...known], 'correct the id'),
      });
    }
    const patterns = ids?.map((id) => (id.includes('*') ? id : undefined));
    const warnOfNothing = (
      key: 'points' | 'zones' | 'hazardSources' | 'regulatorCodes',
      written: readonly (string | undefined)[] | undefined,
      isThere: (text: string) => boolean,
    ): void => {
      for (const [index, text] of (written ?? []).entries())
        if (text !== undefined && !isThere(text))
          findings.warnAt(entry, ['filter', key, index], {
            what: `${JSON.stringify(text)} fits no point`,
            why: `"${config.id}" gets nothing for it`,
            todo: 'correct it unless such points are yet to come',
          });
    };
    const fitsOne = (texts: ReadonlySet<string>) => (pattern: string) => [...texts].some(matcher(pattern));
    warnOfNothing('points', patterns, fitsOne(known));
    warnOfNothing('zones', ownZones, (zone) => zones.has(zone));
    warnOfNothing('hazardSources', ownSources, (source) => hazardSources.has(source));
    if (regulatorCodes !== 'any') warnOfNothing('regulatorCodes', regulatorCodes, fitsOne(codes));
  }
}
