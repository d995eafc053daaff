import type { FloodSummary } from '#agent/model/flood.ts';

/** All that must outlive the process. Plain JSON. */
export interface FloodMemory {
  readonly flood?: FloodSummary;
}

/** What was stored, if it can still be read. */
export function readFloodMemory(stored: unknown): FloodMemory | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { flood } = stored as { readonly flood?: Partial<FloodSummary> };
  if (flood === undefined) return {};
  const { since, alarms, first, priorities, zones } = flood;
  const isSound = typeof since === 'number' && typeof alarms === 'number' && typeof first === 'string';
  return isSound && typeof priorities === 'object' && Array.isArray(zones)
    ? { flood: flood as FloodSummary }
    : undefined;
}
