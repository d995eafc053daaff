import type { RegisterFact } from '#agent/model/register.ts';
import type { Coverage } from './camera-coverage.ts';
import type { KnownPermit } from './permit-book.ts';

/** All that must outlive the process. Plain JSON. */
export interface PermitMemory {
  readonly permits: readonly KnownPermit[];
  readonly commitments: readonly RegisterFact[];
  /** Keys of the violations that were told, and not yet that they ended, and since when. UTC ms. */
  readonly standing: readonly (readonly [string, number])[];
  /** What cameras saw so far of the work that goes on; absent in what earlier versions stored. */
  readonly coverage?: readonly Coverage[];
}

/** What was stored, if it can still be read. */
export function readPermitMemory(stored: unknown): PermitMemory | undefined {
  if (!isObject(stored)) return undefined;
  const { permits, commitments, standing, coverage = [] } = stored;
  const isSound =
    Array.isArray(permits) &&
    permits.every(isKnown) &&
    Array.isArray(commitments) &&
    commitments.every((one) => isObject(one) && isObject(one['fields']) && typeof one['version'] === 'number') &&
    Array.isArray(standing) &&
    standing.every((one) => Array.isArray(one) && typeof one[0] === 'string' && typeof one[1] === 'number') &&
    Array.isArray(coverage) &&
    coverage.every((one) => isObject(one) && typeof one['permit'] === 'string' && typeof one['seenMs'] === 'number');
  return isSound ? (stored as unknown as PermitMemory) : undefined;
}

/** Versions before this one did not say what was begun. */
const isKnown = (one: unknown): boolean =>
  isObject(one) &&
  Array.isArray(one['turns']) &&
  isPermit(one['fact']) &&
  (one['begun'] === undefined || (isObject(one['begun']) && typeof one['begun']['version'] === 'number'));

const isPermit = (fact: unknown): boolean =>
  isObject(fact) &&
  typeof fact['id'] === 'string' &&
  typeof fact['version'] === 'number' &&
  ['people', 'gasTests', 'gases', 'cameras'].every((key) => Array.isArray(fact[key]));

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
