import type { Crowd } from '#simulators/locating/crowd.ts';
import type { ContractPoint } from './driver-contract.ts';

/** What three people in front of a hub without faults give. */
export const feedPoints: readonly ContractPoint[] = [
  { id: 'RTLS.heard', kind: 'number', address: 'tags-heard', value: 3 },
  { id: 'RTLS.lost', kind: 'number', address: 'tags-lost', value: 0 },
  { id: 'RTLS.refused', kind: 'number', address: 'refused', value: 0 },
  { id: 'RTLS.dropped', kind: 'number', address: 'dropped-total', value: 0 },
];

/** Everybody stays where they are, awake, as long as the test takes. */
export function standStill(crowd: Crowd): Crowd {
  for (const [index, tag] of crowd.tags.entries()) crowd.person(tag).hold({ x: 5 + index, y: 5, floor: 1 }, true);
  return crowd;
}
