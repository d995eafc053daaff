import type { BypassMemory } from './bypass-watch.ts';

/** What was stored, if it can still be read. */
export function readBypassMemory(stored: unknown): BypassMemory | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { since, wasPermitted } = stored as Readonly<Record<string, unknown>>;
  if (since === undefined) return {};
  return typeof since === 'number' && typeof wasPermitted === 'boolean' ? { since, wasPermitted } : undefined;
}
