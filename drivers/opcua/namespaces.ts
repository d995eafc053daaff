import { STANDARD_NAMESPACE } from './address.ts';
import type { OpcuaAddress } from './address.ts';

/**
 * The node id to send to this server now, with the index at which the URI stands in its table now; undefined when the
 * server does not have the namespace. Never kept beyond one reading of the table.
 */
export function nodeIdIn(namespaces: readonly string[], address: OpcuaAddress): string | undefined {
  const index = address.namespaceUri === STANDARD_NAMESPACE ? 0 : namespaces.indexOf(address.namespaceUri);
  return index < 0 ? undefined : `ns=${index};${address.identifier}`;
}

/** True if every index still means the same; namespaces appended at the end change nothing that is in use. */
export const isSameTable = (then: readonly string[], now: readonly string[]): boolean =>
  then.length === now.length && then.every((uri, index) => uri === now[index]);
