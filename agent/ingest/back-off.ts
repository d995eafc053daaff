export interface BackOffOptions {
  /** Ceiling of the first delay; doubles with each failure. Milliseconds. */
  readonly firstMs: number;
  /** The ceiling never exceeds this. Milliseconds. */
  readonly capMs: number;
  /** No delay is shorter: a driver that fails at once must not spin. Milliseconds. */
  readonly floorMs: number;
}

/**
 * A device that has flapped for a while and is back must not go unread for long: what stands behind it may be the gas
 * detector of a leak. One call in eight seconds burdens no device; those that lock callers out ask for a longer wait.
 */
export const DEFAULT_BACK_OFF: BackOffOptions = { firstMs: 1_000, capMs: 8_000, floorMs: 100 };

/**
 * Delay before attempt `failures` + 1: exponential with full jitter, so that five hundred devices behind one switch do
 * not come back in step. `random` is in [0, 1).
 */
export function backOffMs(failures: number, random: number, options: BackOffOptions): number {
  const ceiling = Math.min(options.capMs, options.firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.max(options.floorMs, Math.round(ceiling * random));
}
