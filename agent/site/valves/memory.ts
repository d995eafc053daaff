import { valveStates } from '#agent/model/valve.ts';
import type { ValveState } from '#agent/model/valve.ts';

/** All that must outlive the process, of one valve. Plain JSON. */
export interface ValveMemory {
  readonly state: ValveState;
  readonly wanted?: 'open' | 'closed';
  /** UTC ms at which that was told; absent where the change was not seen. */
  readonly wantedAt?: number;
  /** UTC ms since when neither switch is made. */
  readonly travelsSince?: number;
  readonly hasArrived: boolean;
  readonly isUncommanded: boolean;
  readonly isDiscrepant: boolean;
  readonly strokeSeconds: number | null;
}

/** What was stored, if it can still be read. */
export function readValveMemory(stored: unknown): ValveMemory | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const given = stored as Readonly<Record<string, unknown>>;
  const { state, wanted, wantedAt, travelsSince, hasArrived, isUncommanded, isDiscrepant, strokeSeconds } = given;
  const known = valveStates.find((one) => one === state);
  if (!known || ![hasArrived, isUncommanded, isDiscrepant].every((one) => typeof one === 'boolean')) return undefined;
  return {
    state: known,
    ...(wanted === 'open' || wanted === 'closed' ? { wanted } : {}),
    ...(typeof wantedAt === 'number' && { wantedAt }),
    ...(typeof travelsSince === 'number' && { travelsSince }),
    hasArrived: hasArrived === true,
    isUncommanded: isUncommanded === true,
    isDiscrepant: isDiscrepant === true,
    strokeSeconds: typeof strokeSeconds === 'number' ? strokeSeconds : null,
  };
}
