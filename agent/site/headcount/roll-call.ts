import type { HeadcountDefinition } from '#agent/model/headcount.ts';
import type { Occupants } from './occupants.ts';

/** More people than this are counted and not listed. */
const MOST_LISTED = 5000;

/** One person, for the emergency list. */
interface Called {
  readonly person: string;
  readonly name?: string;
  readonly role: string;
  readonly zones: readonly string[];
  /** At a muster point by a tag that is heard; a stale tag musters nobody and takes nobody off the list. */
  readonly isMustered: boolean;
  readonly isStale: boolean;
}

/** Everybody who is on the site as far as is known, those who are missing first. */
export function rollCall(
  { zones, showsNames }: HeadcountDefinition,
  occupants: readonly Occupants[],
  pseudonym: (person: string) => string,
) {
  const found = new Map<string, Called>();
  for (const [index, people] of occupants.entries()) {
    const zone = zones[index];
    for (const { key, person, isStale } of people.values()) {
      const known = found.get(key);
      found.set(key, {
        person: known?.person ?? pseudonym(key),
        ...(showsNames && person && { name: person.name }),
        role: person?.role ?? 'unknown',
        zones: [...(known?.zones ?? []), ...(zone?.id === undefined ? [] : [zone.id])],
        isMustered: known?.isMustered === true || (zone?.kind === 'muster' && !isStale),
        isStale: (known?.isStale ?? true) && isStale,
      });
    }
  }
  const all = [...found.values()].toSorted((a, b) => Number(a.isMustered) - Number(b.isMustered));
  const mustered = all.filter(({ isMustered }) => isMustered).length;
  return { people: all.length, mustered, missing: all.length - mustered, listed: all.slice(0, MOST_LISTED) };
}
