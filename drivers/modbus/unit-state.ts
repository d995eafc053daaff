/** How long a silent unit is left alone: the interval, then twice as long each time, up to the longest. */
export interface UnitState {
  /** Silent cycles in a row; 0 while it answers. */
  readonly silences: number;
  /** Monotonic ms before which it is not asked. */
  readonly askAgainAt: number;
}

export const ANSWERING: UnitState = { silences: 0, askAgainAt: -Infinity };

export interface BackOff {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** The unit did not answer, or the gateway said so for it (exceptions 0A and 0B). */
export function afterSilence({ silences }: UnitState, now: number, { firstMs, longestMs }: BackOff): UnitState {
  const waitMs = Math.min(firstMs * 2 ** Math.min(silences, 20), longestMs);
  return { silences: silences + 1, askAgainAt: now + waitMs };
}
