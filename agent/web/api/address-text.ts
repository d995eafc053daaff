/**
 * Where a point is read, in one line: `input 0 float32`. What a driver made of the address, its values in their order;
 * parts that have parts are written with their names.
 */
export function addressText(address: unknown): string {
  if (address === null || typeof address !== 'object') return String(address);
  return Object.values(address)
    .filter((part) => part !== undefined && !(Array.isArray(part) && part.length === 0))
    .map((part: unknown) =>
      typeof part === 'object' && part !== null ? JSON.stringify(part, textOfBig) : String(part),
    )
    .join(' ');
}

/** Sentinels of 64 bits are no JSON. */
const textOfBig = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
