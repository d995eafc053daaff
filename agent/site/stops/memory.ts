import type { RegisterFact } from '#agent/model/register.ts';

/** All that must outlive the process, of one device. Plain JSON. */
export interface StopMemory {
  readonly records: readonly RegisterFact[];
  /** What was told last: it is held until something good says otherwise. */
  readonly undeclared: boolean;
  readonly contradicted: boolean;
}

/** What was stored, if it can still be read. */
export function readStopMemory(stored: unknown): StopMemory | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { records, undeclared, contradicted } = stored as Readonly<Record<string, unknown>>;
  if (!Array.isArray(records) || !records.every(isRecord)) return undefined;
  if (typeof undeclared !== 'boolean' || typeof contradicted !== 'boolean') return undefined;
  return { records, undeclared, contradicted };
}

function isRecord(one: unknown): one is RegisterFact {
  const { id, version, fields } = (one ?? {}) as Readonly<Record<string, unknown>>;
  return typeof id === 'string' && typeof version === 'number' && typeof fields === 'object' && fields !== null;
}
