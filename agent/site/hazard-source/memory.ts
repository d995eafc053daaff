/** What was last known for certain of one stock. Plain JSON. */
interface StockMemory {
  /** Its kind and point. */
  readonly stock: string;
  readonly tonnes: number;
}

/** All that must outlive the process, of one hazard source. Plain JSON. */
export interface HazardSourceMemory {
  readonly stocks: readonly StockMemory[];
}

/** What was stored, if it can still be read. */
export function readHazardSourceMemory(stored: unknown): HazardSourceMemory | undefined {
  if (!isObject(stored) || !Array.isArray(stored['stocks'])) return undefined;
  const stocks: unknown[] = stored['stocks'];
  return stocks.every(isStock) ? { stocks } : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isStock = (value: unknown): value is StockMemory =>
  isObject(value) &&
  typeof value['stock'] === 'string' &&
  typeof value['tonnes'] === 'number' &&
  Number.isFinite(value['tonnes']);
