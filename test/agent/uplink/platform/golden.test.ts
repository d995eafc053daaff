import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import { alarmId, pointId, siteId, sourceId, zoneId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import { workKinds } from '#agent/model/permit.ts';
import type { Point } from '#agent/model/point.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import type { RegisterEntry, RegisterFact } from '#agent/model/register.ts';
import { mapRecord } from '#agent/uplink/platform/map-record.ts';
import { permitAt } from '../../site/permits/permit-fixture.ts';
import { riskObject, TEN } from '../../site/registers/register-fixture.ts';
import { transition } from '../memory-journal.ts';
import { chain, COMPANY, optionsOf, platformReceiver } from './platform-fixture.ts';

const commitment: RegisterFact = {
  ...riskObject(),
  register: 'safety-commitment',
  id: 'C-20261001',
  fields: { fire1Number: 1, spaceworkNumber: '2', riskGrade: '4', commitment: '赵', commitContent: '已落实' },
};
const stop: RegisterFact = {
  ...riskObject(),
  register: 'stop-record',
  id: 'S-1',
  fields: { hazardCode: '370600001001', riskUnitId: 'U-1', stopStartTime: '20261001080000', stopReason: '检修' },
};

const target = '3706000010010000100001';
const base = { source: sourceId('dcs'), kind: 'state', unit: '', safetyRole: 'none' } as const;
const points: readonly Point[] = [
  { ...base, id: pointId('T-101'), name: '温度', kind: 'temperature', unit: '°C', regulatorCode: target } as Point,
  { ...base, id: pointId('tank-farm.sos'), name: '求救', zone: zoneId('tank-farm'), safetyRole: 'headcount' } as Point,
  {
    ...base,
    id: pointId('tank-farm.over-limit'),
    name: '超员',
    zone: zoneId('tank-farm'),
    safetyRole: 'headcount',
  } as Point,
  { ...base, id: pointId('LW-1.stop-hot-work'), name: '雷电' } as Point,
];

const alarmOf = (point: string, more: Partial<AlarmTransition> = {}): JournalRecord => ({
  stream: 'alarm',
  seq: 1,
  time: TEN,
  body: {
    ...transition(TEN),
    alarm: alarmId(`${point}/state`),
    point: pointId(point),
    event: 'raised',
    occurrence: 3,
    ...more,
  },
});

function personEvent(
  kind: string,
  time: number,
  more: Readonly<Record<string, string | number | null>> = {},
): JournalRecord {
  const detail = {
    zone: 'tank-farm',
    zh: 'SOS 求救',
    since: TEN,
    person: 'k3J9',
    code: 0,
    lon: 121.62,
    lat: 38.92,
    ...more,
  };
  const point = pointId('tank-farm.sos');
  return { stream: 'event', seq: 1, time, body: { time, kind, point, text: 'SOS', detail, flags: 0 } };
}

const entries: readonly RegisterEntry[] = [
  riskObject(),
  ...chain(),
  commitment,
  stop,
  ...workKinds.map((work, index) =>
    permitAt(TEN, { id: `P-${index}`, work, cameras: ['cam-1'], place: '罐区北侧', content: '换阀' }),
  ),
];

const records: readonly JournalRecord[] = [
  ...entries.map((body, index): JournalRecord => ({ stream: 'register', seq: index + 1, time: TEN, body })),
  ...points.map(({ id }) => alarmOf(id)),
  alarmOf('T-101', { event: 'cleared', to: 'normal', time: TEN + 60_000 }),
  personEvent('person.sos', TEN),
  personEvent('person.sos-ended', TEN + 60_000),
  // What no platform has a code for, and one of whom nobody is known any more.
  personEvent('person.tag-lost', TEN, { code: null }),
  personEvent('person.sos', TEN, { person: null }),
  personEvent('zone.gathering', TEN, { person: null, code: null }),
  {
    stream: 'sample',
    seq: 1,
    time: TEN,
    body: [{ point: pointId('T-101'), value: 21.5, quality: GOOD, sourceTime: TEN, receiveTime: TEN, flags: 0 }],
  },
];

/** Written once, read by a person, and changed only together with the profile. */
const golden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`golden/${name}.json`, import.meta.url), 'utf8'));

describe.each(['sd-observed-2024', 'relay-observed-2025'])('profile %s', (name) => {
  const mapped = () => {
    const { profile, lengths } = optionsOf(platformReceiver('https://p.example', '', name));
    const context = {
      profile,
      lengths,
      company: COMPANY,
      site: siteId('h2o2-demo'),
      points: new Map(points.map((point) => [point.id, point])),
      simulated: 'refuse' as const,
    };
    return { profile, made: records.flatMap((record) => mapRecord(record, context)) };
  };

  it('makes of each record what its golden messages say', () => {
    const told = mapped().made.map(({ message, id, parents, body, missing, faults }) => ({
      message: message.name,
      id,
      ...(parents.length > 0 && { parents }),
      body,
      ...(missing.length > 0 && { missing }),
      ...(faults.length > 0 && { faults }),
    }));
    expect(JSON.parse(JSON.stringify(told))).toEqual(golden(name));
  });

  it('has a golden message for every message', () => {
    const { made, profile } = mapped();
    expect(new Set(made.map(({ message }) => message.name))).toEqual(
      new Set(profile.messages.map(({ name: each }) => each)),
    );
  });
});

describe('an alarm that is raised again within its occurrence', () => {
  it('is active at the platform: what was said of its end is empty', () => {
    const { profile, lengths } = optionsOf(platformReceiver('https://p.example', '', 'relay-observed-2025'));
    const byPoint = new Map(points.map((point) => [point.id, point]));
    const context = {
      profile,
      lengths,
      company: COMPANY,
      site: siteId('s'),
      points: byPoint,
      simulated: 'refuse' as const,
    };
    const crowd = (more: Partial<AlarmTransition>) => mapRecord(alarmOf('tank-farm.over-limit', more), context)[0];
    const cleared = crowd({ event: 'cleared', from: 'unacknowledged', to: 'returned' });
    expect(cleared?.body['dispelTime']).toEqual(expect.any(String));
    expect(cleared?.kept).toContain('dispelTime');
    const again = crowd({ event: 'raised', from: 'returned', to: 'unacknowledged' });
    expect(again?.id).toBe(cleared?.id);
    expect(again?.body['dispelTime']).toBeNull();
    expect(again?.kept).not.toContain('dispelTime');
    expect(crowd({ event: 'raised', from: 'normal', to: 'unacknowledged' })?.body).not.toHaveProperty('dispelTime');
  });
});

describe('a person who is told to the province', () => {
  it('has a pseudonym and a place, and one record from the beginning to the end', () => {
    const { profile, lengths } = optionsOf(platformReceiver('https://p.example', '', 'relay-observed-2025'));
    const context = {
      profile,
      lengths,
      company: COMPANY,
      site: siteId('s'),
      points: new Map(),
      simulated: 'refuse' as const,
    };
    const [begun] = mapRecord(personEvent('person.sos', TEN), context);
    const [ended] = mapRecord(personEvent('person.sos-ended', TEN + 60_000), context);
    expect(begun?.body).toMatchObject({ personId: 'k3J9', alarmType: '0', longitude: 121.62, latitude: 38.92 });
    const [left] = mapRecord(personEvent('person.left-post', TEN), context);
    expect(left?.body).toMatchObject({ alarmType: '4' });
    expect(begun?.body).not.toHaveProperty('dispelTime');
    expect(ended?.id).toBe(begun?.id);
    expect(ended?.body['dispelTime']).toEqual(expect.any(String));
  });
});
