import { z } from 'zod';
import { personRoles } from '#agent/model/headcount.ts';
import type { HeadcountDefinition, Person } from '#agent/model/headcount.ts';
import { zoneId } from '#agent/model/ids.ts';
import type { RosterFact } from '#agent/model/roster.ts';
import { tagId } from '#agent/model/tag.ts';

const person = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(personRoles),
  company: z.string().exactOptional(),
  tag: z.string().transform(tagId),
  validFrom: z.number().exactOptional(),
  validTo: z.number().exactOptional(),
  rights: z.array(z.string()),
});

const kept = z.object({
  version: z.string(),
  /** When it was told first. UTC ms. */
  time: z.number(),
  flags: z.int(),
  persons: z.array(person),
});

/** The roster that was told last, as it outlives the process. Plain JSON. */
export type KeptRoster = z.input<typeof kept>;

/** Under which a headcount keeps it. */
export const ROSTER_KEY = 'roster';

export interface KnownRoster extends Pick<RosterFact, 'version' | 'flags' | 'persons'> {
  readonly time: number;
}

/** Names are left out where the page shows none: then nobody on this box needs them. */
export const keptRoster = (fact: KnownRoster, { showsNames }: Pick<HeadcountDefinition, 'showsNames'>): KeptRoster => ({
  version: fact.version,
  time: fact.time,
  flags: fact.flags,
  persons: fact.persons.map((one) => ({ ...one, name: showsNames ? one.name : '', rights: [...one.rights] })),
});

/** What was stored, if it can still be read. */
export function readKeptRoster(stored: unknown): KnownRoster | undefined {
  const read = kept.safeParse(stored);
  if (!read.success) return undefined;
  const persons = read.data.persons.map((one): Person => ({ ...one, rights: new Set(one.rights.map(zoneId)) }));
  return { ...read.data, persons };
}
