import { zoneId } from '#agent/model/ids.ts';
import type { PermitFact } from '#agent/model/permit.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** Hot work of grade 1 that is in order at `now`, in zone `tank-farm`. */
export const permitAt = (now: number, more: Partial<PermitFact> = {}): PermitFact => ({
  kind: 'permit',
  id: 'H-1',
  version: 1,
  isDeleted: false,
  work: 'hot-work',
  grade: 1,
  state: 'active',
  validFrom: now - HOUR,
  validTo: now + 4 * HOUR,
  zone: zoneId('tank-farm'),
  people: [
    { person: 'P1', role: 'worker' },
    { person: 'P2', role: 'guardian' },
  ],
  gasTests: [{ time: now - 10 * MINUTE, readings: [{ gas: 'methane', value: 0.1, unit: '%VOL' }] }],
  gases: [],
  cameras: [],
  sourceTime: now,
  receiveTime: now,
  flags: 0,
  ...more,
});
