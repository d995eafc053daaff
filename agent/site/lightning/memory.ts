import type { HeldTier } from './tier-holds.ts';

/** What one input must remember. Plain JSON. */
export interface InputMemory {
  /** Kind and point. An input that is no longer configured holds nothing up. */
  readonly input: string;
  readonly held: readonly HeldTier[];
  /** Last count of a device that counts in total: what it counts while we are away is not lost. */
  readonly total?: number;
}

/** All that must outlive the process, of one lightning watch. Plain JSON. */
export interface LightningMemory {
  readonly inputs: readonly InputMemory[];
  /** The highest tier that was told without doubt and has not been lowered without doubt. */
  readonly assuredTier: number;
}

/** What was stored, if it can still be read. A watch that forgets begins with doubt, never with all-clear. */
export function readLightningMemory(stored: unknown): LightningMemory | undefined {
  if (!isObject(stored) || !Array.isArray(stored['inputs']) || typeof stored['assuredTier'] !== 'number')
    return undefined;
  const inputs: unknown[] = stored['inputs'];
  return inputs.every(isInput) ? { inputs, assuredTier: stored['assuredTier'] } : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isInput = (value: unknown): value is InputMemory =>
  isObject(value) &&
  typeof value['input'] === 'string' &&
  Array.isArray(value['held']) &&
  value['held'].every(isHeld) &&
  (value['total'] === undefined || typeof value['total'] === 'number');

const isHeld = (value: unknown): boolean =>
  isObject(value) &&
  [1, 2, 3].includes(Number(value['tier'])) &&
  Number.isFinite(value['leftMs']) &&
  Number.isInteger(value['flags']);
