import type { KnownEntry } from './register-book.ts';

/** A version that was refused, so that its reasons are told once. Plain JSON. */
export interface RefusedEntry {
  readonly version: number;
  readonly reasons: readonly string[];
  /** UTC ms. */
  readonly time: number;
}

/** All that must outlive the process; stored record by record. */
export interface RegisterMemory {
  readonly known: ReadonlyMap<string, KnownEntry>;
  readonly refused: ReadonlyMap<string, RefusedEntry>;
}

export const KNOWN = 'known:';
export const REFUSED = 'refused:';

/** What was stored, as far as it can be read; a record that can't is told anew by its source. */
export function readRegisterMemory(kept: ReadonlyMap<string, unknown>): RegisterMemory {
  const known = new Map<string, KnownEntry>();
  const refused = new Map<string, RefusedEntry>();
  for (const [key, value] of kept)
    if (key.startsWith(KNOWN) && isKnown(value)) known.set(key.slice(KNOWN.length), value);
    else if (key.startsWith(REFUSED) && isRefused(value)) refused.set(key.slice(REFUSED.length), value);
  return { known, refused };
}

const isKnown = (value: unknown): value is KnownEntry =>
  isObject(value) &&
  typeof value['toldAt'] === 'number' &&
  isObject(value['entry']) &&
  typeof value['entry']['id'] === 'string' &&
  typeof value['entry']['version'] === 'number' &&
  (value['entry']['kind'] === 'permit' || isObject(value['entry']['fields']));

const isRefused = (value: unknown): value is RefusedEntry =>
  isObject(value) && typeof value['version'] === 'number' && Array.isArray(value['reasons']);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
