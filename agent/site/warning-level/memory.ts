import { warningColours } from '#agent/model/warning-level.ts';
import type { WarningColour } from '#agent/model/warning-level.ts';
import type { EnterpriseGrade } from './enterprise-grade.ts';
import type { StandingPermit } from './contribution.ts';

/** All that must outlive the process. Plain JSON. Alarms are told anew at each start. */
export interface WarningMemory {
  /** By the point of the colour. */
  readonly colours: Readonly<Record<string, WarningColour>>;
  /** The last good value of inputs, as of the last change of a colour. */
  readonly inputs: Readonly<Record<string, number | boolean>>;
  readonly permits: readonly StandingPermit[];
  readonly grade?: EnterpriseGrade;
}

/** What was stored, if it can still be read. */
export function readWarningMemory(stored: unknown): WarningMemory | undefined {
  if (!isObject(stored) || !isObject(stored['colours']) || !isObject(stored['inputs'])) return undefined;
  const { colours, inputs, permits } = stored;
  const isSound =
    Object.values(colours).every((colour) => (warningColours as readonly unknown[]).includes(colour)) &&
    Object.values(inputs).every((value) => typeof value === 'number' || typeof value === 'boolean') &&
    Array.isArray(permits) &&
    permits.every(
      (permit) => isObject(permit) && typeof permit['id'] === 'string' && typeof permit['work'] === 'string',
    );
  return isSound ? (stored as unknown as WarningMemory) : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
