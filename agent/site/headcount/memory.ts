import { z } from 'zod';

const tag = z.object({
  tag: z.string(),
  x: z.number(),
  y: z.number(),
  /** Zones that it is in, '' for none of them, and for how long. Milliseconds. */
  zones: z.array(z.tuple([z.string(), z.number()])),
  /** How long ago it was heard. Milliseconds. */
  unheardMs: z.number(),
  sos: z.boolean(),
  isStrapCut: z.boolean(),
  isBatteryLow: z.boolean(),
  isAsleep: z.boolean(),
  flags: z.number(),
});

const memory = z.object({
  /** Of the pseudonyms. Made at the first start; whoever has it can tell who is who. */
  key: z.string().min(32),
  tags: z.array(tag),
  /** When the roster was told last, where a source tells it. UTC ms. */
  rosterTold: z.number().exactOptional(),
  /** Zone ('' for the outside), rule, and person ('' for the zone itself) of all that is active. */
  active: z.array(z.tuple([z.string(), z.string(), z.string()])),
  /** Zone and person of those who have been at their post. */
  posts: z.array(z.tuple([z.string(), z.string()])).exactOptional(),
  /** Since when each of them is, UTC ms; beside them, so that a version from before it reads the rest. */
  activeSince: z.array(z.number()).exactOptional(),
});

/** All that must outlive the process, of a headcount. Plain JSON. */
export type HeadcountMemory = z.output<typeof memory>;
export type RememberedTag = HeadcountMemory['tags'][number];

/** What was stored, if it can still be read. */
export function readHeadcountMemory(stored: unknown): HeadcountMemory | undefined {
  const read = memory.safeParse(stored);
  return read.success ? read.data : undefined;
}
