import type { Reading } from '../check-entry.ts';
import type { Entry } from '../place.ts';
import { isWritten } from './is-written.ts';

/**
 * Keys of a receiver that mean nothing over this transport.
 *
 * @param way as people call it, e.g. `HJ 212`
 */
export function refuseKeys(
  keys: readonly string[],
  { way, why }: { readonly way: string; readonly why: string },
  entry: Entry,
  { findings }: Reading,
): void {
  for (const key of keys)
    if (isWritten(entry, [key]))
      findings.errorAt(entry, [key], { what: `"${key}" with ${way}`, why, todo: `delete ${key}` }, 'key');
}
