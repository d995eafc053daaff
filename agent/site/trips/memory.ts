/** All that must outlive the process, of one trip group. Plain JSON. */
export interface TripMemory {
  /** UTC ms at which the present trip was seen; absent while there is none. */
  readonly since?: number;
  /** The present trip is on record. */
  readonly isTold: boolean;
  readonly cause: string;
  /** Names of polled causes in the order in which they were seen. */
  readonly polled: readonly string[];
}

/** What was stored, if it can still be read. */
export function readTripMemory(stored: unknown): TripMemory | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { since, isTold, cause, polled } = stored as Readonly<Record<string, unknown>>;
  if (typeof isTold !== 'boolean' || typeof cause !== 'string' || !isTexts(polled)) return undefined;
  return { ...(typeof since === 'number' && { since }), isTold, cause, polled };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');
