/**
 * Wait before the next attempt: doubles from `baseMs` up to `capMs`, and half of it is left to chance, so that a
 * thousand sites don't come back to a restarted broker in the same second.
 */
export function backoffMs(attempt: number, limits: { baseMs: number; capMs: number }, chance: number): number {
  const full = Math.min(limits.capMs, limits.baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(full * (0.5 + chance / 2));
}
