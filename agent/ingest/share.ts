import type { Shared } from '#drivers/driver.ts';

interface Held {
  readonly value: unknown;
  readonly dispose: () => void;
  holders: number;
}

/**
 * The agent's shared things (see DriverContext.share): made by the first source that names the key, disposed when the
 * last one releases. One registry a process. A `make` that throws leaves nothing behind.
 */
export function shareRegistry(): <T>(key: string, make: () => { value: T; dispose: () => void }) => Shared<T> {
  const held = new Map<string, Held>();

  return <T>(key: string, make: () => { readonly value: T; readonly dispose: () => void }): Shared<T> => {
    const entry: Held = held.get(key) ?? { ...make(), holders: 0 };
    held.set(key, entry);
    entry.holders += 1;
    let released = false;
    return {
      // The key names one type: each driver prefixes its keys with its kind.
      value: entry.value as T,
      release: () => {
        if (released) return;
        released = true;
        entry.holders -= 1;
        if (entry.holders > 0) return;
        held.delete(key);
        entry.dispose();
      },
    };
  };
}
