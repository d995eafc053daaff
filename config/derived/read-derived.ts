import type { Point } from '#agent/model/point.ts';
import type { Reading } from '../check-entry.ts';
import { checkUniqueIds } from '../cross-check.ts';
import type { Findings } from '../findings.ts';
import type { Entry } from '../place.ts';
import type { ReadPoint } from '../read-points.ts';
import type { ReadDerived } from './derived-section.ts';
import { derivedSections } from './sections.ts';

/** Every entry of every derived list, by the list's key. */
export type DerivedEntries = Readonly<Record<string, readonly Entry[]>>;

/** Reads all derivations, in the order in which they work; one whose id stands twice stands twice here. */
export function readDerived(entries: DerivedEntries, reading: Reading): readonly ReadDerived[] {
  return derivedSections.flatMap(({ key, noun, uniqueBecause, read }) => {
    const own = entries[key] ?? [];
    checkUniqueIds(own, noun, uniqueBecause, reading.findings);
    return own.flatMap((entry) => read(entry, reading) ?? []);
  });
}

/** Ids of every point that a derived entry has or would have without its faults. */
export const idsOfDerived = (entries: DerivedEntries): readonly string[] =>
  derivedSections.flatMap(({ key, idsOf }) => (entries[key] ?? []).flatMap(idsOf));

/** Each reads points of sources and of the lists before its own. */
export function checkDerivedInputs(
  all: readonly ReadDerived[],
  points: readonly ReadPoint[],
  broken: ReadonlySet<string>,
  findings: Findings,
): void {
  const listOf = new Map(all.flatMap(({ points, config }) => points.map((entry) => [entry, config.kind] as const)));
  const known = new Map<string, Point>();
  const ids = new Set(points.map(({ point }) => point.id as string));
  const later = new Map<string, Point[]>();
  for (const { entry, point } of points) {
    const list = listOf.get(entry);
    if (list === undefined) known.set(point.id, point);
    else later.set(list, [...(later.get(list) ?? []), point]);
  }
  let list: string | undefined;
  for (const { check, config } of all) {
    if (list !== undefined && config.kind !== list)
      for (const point of later.get(list) ?? []) known.set(point.id, point);
    list = config.kind;
    check({ points: known, exists: (id) => ids.has(id), broken }, findings);
  }
}

/** The points of an entry whose id stands twice would all be told as twice, too. */
export const pointsOfDerived = (reads: readonly ReadDerived[]): readonly Entry[] => {
  const first = new Map(reads.toReversed().map((read) => [read.config.definition.id, read]));
  return reads.flatMap((read) => (first.get(read.config.definition.id) === read ? read.points : []));
};
