/**
 * What a channel remembers from one reading to the next. Times are monotonic milliseconds. Plain data, replaced and never
 * changed.
 */
export interface ChannelMemory {
  readonly heartbeat?: { readonly value: number; readonly changedAt: number };
  /** By condition: until when it stays true. */
  readonly heldUntil: Readonly<Record<string, number>>;
  /** Conditions beyond their limit and not yet back. */
  readonly inside: readonly string[];
  /** By reading: the highest value since it went over range, where that is latched. */
  readonly peaks: Readonly<Record<string, number>>;
}

export const NOTHING_YET: ChannelMemory = { heldUntil: {}, inside: [], peaks: {} };

/** @returns when the heartbeat last changed; undefined where it can't be read */
export function beat(memory: ChannelMemory, value: number | undefined, now: number): ChannelMemory['heartbeat'] {
  if (value === undefined) return memory.heartbeat;
  return memory.heartbeat?.value === value ? memory.heartbeat : { value, changedAt: now };
}
