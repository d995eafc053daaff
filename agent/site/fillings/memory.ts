/** A filling that goes on. Plain JSON. */
export interface OpenFilling {
  readonly batch: string;
  /** The controller told no number: it is ours. */
  readonly isOwnNumber: boolean;
  /** UTC ms. */
  readonly began: number;
  /** What the counter showed at the beginning. */
  readonly loadedBefore: number | null;
  readonly loaded: number | null;
  readonly preset: number | null;
  /** Permissives that were lost while something flowed. */
  readonly lost: readonly string[];
  readonly flags: number;
}

/** All that must outlive the process, of one arm. Plain JSON. */
export interface FillingMemory {
  readonly open?: OpenFilling;
  /** Number of the last filling that was told, so that none is told twice. */
  readonly lastBatch?: string;
  readonly lastLoaded: number | null;
}

/** What was stored, if it can still be read. */
export function readFillingMemory(stored: unknown): FillingMemory | undefined {
  if (!isObject(stored)) return undefined;
  const { open, lastBatch, lastLoaded } = stored;
  if (open !== undefined && !isOpen(open)) return undefined;
  return {
    ...(isOpen(open) && { open }),
    ...(typeof lastBatch === 'string' && { lastBatch }),
    lastLoaded: numberOrNull(lastLoaded),
  };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isOpen = (value: unknown): value is OpenFilling =>
  isObject(value) &&
  typeof value['batch'] === 'string' &&
  typeof value['isOwnNumber'] === 'boolean' &&
  typeof value['began'] === 'number' &&
  Array.isArray(value['lost']) &&
  Number.isInteger(value['flags']);

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
