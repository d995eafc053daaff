import { describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import { createSelection } from '#agent/uplink/select/selection.ts';

const sos: JournalRecord = {
  stream: 'event',
  seq: 4,
  time: 9,
  body: {
    time: 8,
    kind: 'person.sos',
    point: pointId('tank-farm.sos'),
    text: 'SOS: k3J9 in tank-farm',
    detail: { zone: 'tank-farm', code: 0, since: 8, person: 'k3J9', lon: 121.62, lat: 38.92, zh: 'SOS 求救' },
    flags: Flag.sim,
  },
};
const plain: JournalRecord = {
  stream: 'event',
  seq: 5,
  time: 9,
  body: {
    time: 8,
    kind: 'zone.over-limit',
    text: 'Too many people in tank-farm',
    detail: { zone: 'tank-farm' },
    flags: 0,
  },
};

describe('a receiver that wants nobody', () => {
  it('is told what happened in which zone, without who it was and where', () => {
    const { select } = createSelection({ people: 'nobody' });
    const told = select(sos);
    expect(told).toMatchObject({
      seq: 4,
      time: 9,
      body: { kind: 'person.sos', point: 'tank-farm.sos', flags: Flag.sim },
    });
    expect(told?.stream === 'event' && told.body.detail).toMatchObject({ zone: 'tank-farm', code: 0, person: null });
    expect(JSON.stringify(told)).not.toMatch(/k3J9|121\.62|38\.92/);
    expect(select(plain)).toBe(plain);
  });

  it('is the exception: others have the pseudonym and the place', () => {
    expect(createSelection({}).select(sos)).toBe(sos);
  });
});
