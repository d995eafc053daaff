import type { ValveState } from '#agent/model/valve.ts';

/** What two limit switches say; undefined while one of them is in doubt. */
export function placeOf(
  isOpenMade: boolean | undefined,
  isClosedMade: boolean | undefined,
): Extract<ValveState, 'open' | 'closed' | 'travelling' | 'switch-fault'> | undefined {
  if (isOpenMade === undefined || isClosedMade === undefined) return undefined;
  if (isOpenMade && isClosedMade) return 'switch-fault';
  if (isOpenMade) return 'open';
  return isClosedMade ? 'closed' : 'travelling';
}
