import { z } from 'zod';
import type { AlarmMemory } from './memory.ts';

const states = ['normal', 'unacknowledged', 'acknowledged', 'returned', 'latched', 'latched-acknowledged'] as const;
const kinds = ['HH', 'H', 'L', 'LL', 'deviation', 'rate-of-change', 'state', 'bad-quality', 'communication'] as const;

const countdown = z.looseObject({ remainingMs: z.number().nonnegative(), runningSince: z.number().optional() });
const decision = z.looseObject({ by: z.string(), why: z.string(), at: z.number() });

/** What the engine relies on. Fields that a later version may add pass through. */
const schema = z.looseObject({
  alarm: z.string().min(1),
  definition: z
    .looseObject({
      id: z.string().min(1),
      source: z.string(),
      point: z.string().optional(),
      condition: z.looseObject({ kind: z.enum(kinds) }),
      priority: z.enum(['critical', 'high', 'medium', 'low']),
      safetyRole: z.string(),
    })
    .refine(({ point, condition }) => point !== undefined || condition.kind === 'communication', 'names no point'),
  state: z.enum(states),
  occurrence: z.int().nonnegative(),
  since: z.number(),
  raisedAt: z.number().optional(),
  isUnannounced: z.boolean(),
  isQualityLost: z.boolean(),
  flags: z.int().nonnegative(),
  isRemoved: z.boolean(),
  onDelay: countdown.optional(),
  reAlarm: countdown.optional(),
  shelf: decision.extend({ isOneShot: z.boolean(), remaining: countdown }).optional(),
  suppressedBy: z.array(z.looseObject({ cause: z.string(), why: z.string(), at: z.number() })).optional(),
  outOfService: decision.optional(),
});

export interface StoredMemory {
  readonly memory: readonly AlarmMemory[];
  /** One sentence for each that could not be read. Its alarm begins at normal and is raised anew by its next input. */
  readonly unreadable: readonly string[];
}

/** Memory as it comes from disk, by alarm id. One that is damaged, or of a version unknown here, keeps no other back. */
export function readMemory(stored: Iterable<readonly [alarm: string, value: unknown]>): StoredMemory {
  const memory: AlarmMemory[] = [];
  const unreadable: string[] = [];
  for (const [alarm, value] of stored) {
    const read = schema.safeParse(value);
    if (read.success && read.data.alarm === alarm) memory.push(value as AlarmMemory);
    else unreadable.push(`the stored state of alarm ${alarm} cannot be read (${why(read.error)}); it begins at normal`);
  }
  return { memory, unreadable };
}

function why(error: z.ZodError | undefined): string {
  const [issue] = error?.issues ?? [];
  return issue === undefined ? 'it belongs to another alarm' : `${issue.path.join('.') || 'value'}: ${issue.message}`;
}
