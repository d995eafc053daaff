import type { z } from 'zod';
import type { Point } from '#agent/model/point.ts';
import type { Reading } from '../check-entry.ts';
import type { Findings } from '../findings.ts';
import { suggest } from '../nearest.ts';
import type { Entry, Path } from '../place.ts';
import type { DerivationConfig } from '../site.ts';

/**
 * A list of the site file whose entries each describe one derivation: what only the site can compute from points or
 * facts. A new one is a folder here, a line in `sections.ts`, a member of `DerivationConfig` and a line in
 * agent/line/restore.ts.
 */
export interface DerivedSection {
  /** Key of the list: `lightning`. */
  readonly key: string;
  /** One entry in messages: `lightning watch`. */
  readonly noun: string;
  /** Why two of an id are a fault. */
  readonly uniqueBecause: string;
  /** Of the list, for editors. */
  readonly description: string;
  /** Of one entry; has an `id`. */
  readonly schema: z.ZodType;
  /** Undefined when its keys have faults; they, and those of the whole, are reported. */
  readonly read: (entry: Entry, reading: Reading) => ReadDerived | undefined;
  /** Ids of the points that an entry would have, were it without faults: those who name them are not to blame. */
  readonly idsOf: (entry: Entry) => readonly string[];
}

/** One entry that could be read. */
export interface ReadDerived {
  readonly entry: Entry;
  readonly config: DerivationConfig;
  /** The points that it tells, as `points:` would write them, of the source `site`; made by {@link pointBelow}. */
  readonly points: readonly Entry[];
  /** What it reads must exist and be what it is taken for. Called once all points are known. */
  readonly check: (known: KnownPoints, findings: Findings) => void;
}

/** Points that a derivation may read: of sources, and of the derivations before it. */
export interface KnownPoints {
  readonly points: ReadonlyMap<string, Point>;
  /** Whether a point of this id is anywhere, be it of a derivation that works later. */
  readonly exists: (id: string) => boolean;
  /** Ids of those that exist and have faults of their own: who names them is not to blame. */
  readonly broken: ReadonlySet<string>;
}

/**
 * A point that an entry tells, whose faults stand at `place` below the entry, where they can be changed.
 *
 * @param keys as in `points:`
 */
export const pointBelow = (entry: Entry, place: Path, keys: Readonly<Record<string, unknown>>): Entry => ({
  value: keys,
  directory: entry.directory,
  at: (path, part) => entry.at([...place, ...path], part),
  label: (path) => entry.label([...place, ...path]),
});

/** What a derivation expects of a point that it reads. */
export interface Expected {
  /** What it does with the value, one clause: `the watch looks at its value`. */
  readonly why: string;
  /** Units that it can use; absent: any. */
  readonly units?: readonly string[];
  /** True for a number, false for a state. Absent: either. */
  readonly isNumber?: boolean;
}

/** Reports a reference to nothing, or to a point that is not what is expected. True if the point may be used. */
export function checkInput(
  at: { readonly entry: Entry; readonly path: Path; readonly id: string },
  { why, units, isNumber }: Expected,
  known: KnownPoints,
  findings: Findings,
): boolean {
  const { entry, path, id } = at;
  const point = known.points.get(id);
  if (!point) {
    if (known.exists(id))
      findings.errorAt(entry, path, {
        what: `point "${id}" can not be read here`,
        why: 'a derivation reads points of sources, and of the lists that work before its own',
        todo: 'name another point',
      });
    else if (!known.broken.has(id))
      findings.errorAt(entry, path, {
        what: `there is no point "${id}"`,
        why,
        todo: suggest(id, [...known.points.keys()], 'correct the id'),
      });
    return false;
  }
  const isState = point.kind === 'state' || point.kind === 'text';
  if (isNumber !== undefined && isNumber === isState) {
    findings.errorAt(entry, path, {
      what: `point "${id}" is a ${point.kind}`,
      why,
      todo: isNumber ? 'name a point that is a number' : 'name a point of kind state',
    });
    return false;
  }
  if (units && !units.includes(point.unit)) {
    findings.errorAt(entry, path, {
      what: `point "${id}" ${point.unit === '' ? 'has no unit' : `is in ${point.unit}`}`,
      why,
      todo: `give it unit ${units.join(' or ')}, with a scale where the device tells another`,
    });
    return false;
  }
  return true;
}
