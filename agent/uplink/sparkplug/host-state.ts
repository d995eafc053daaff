/** What a host application says of itself; a message that is older than the one before says nothing. */
export type HostState = 'online' | 'offline';

/** Reads STATE messages of one host (Sparkplug 3.0 section 6.4.24): `{"online": true, "timestamp": …}`. */
export function createHostWatch(): (payload: Buffer) => HostState | undefined {
  let latest = Number.NEGATIVE_INFINITY;
  return (payload) => {
    const told = parse(payload);
    if (!told || told.timestamp < latest) return undefined;
    latest = told.timestamp;
    return told.online ? 'online' : 'offline';
  };
}

function parse(payload: Buffer): { readonly online: boolean; readonly timestamp: number } | undefined {
  try {
    const value: unknown = JSON.parse(payload.toString());
    if (typeof value !== 'object' || value === null || !('online' in value) || !('timestamp' in value))
      return undefined;
    const { online, timestamp } = value;
    return typeof online === 'boolean' && typeof timestamp === 'number' ? { online, timestamp } : undefined;
  } catch {
    return undefined;
  }
}
