import { afterEach, describe, expect, it } from 'vitest';
import type { Point } from '#agent/model/point.ts';
import type { LaneOptions, ReceiverOptions } from '#agent/model/receiver.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import { eventually, optionsOf, rig } from './platform-fixture.ts';
import type { Rig } from './platform-fixture.ts';

const rigs: Rig[] = [];
afterEach(async () => {
  for (const one of rigs.splice(0)) await one.stop();
});

const target = '3706000010010000100001';
const point = {
  id: pointId('T-101.temperature'),
  source: sourceId('dcs'),
  name: '温度',
  kind: 'temperature',
  unit: '°C',
  safetyRole: 'none',
  regulatorCode: target,
  staleAfterMs: 1e9,
} as unknown as Point;

async function started(): Promise<Rig> {
  const made = await rig('relay');
  rigs.push(made);
  return made;
}

/** The rig's receiver with one request at a time and these lanes. */
function receiverWith(made: Rig, lanes: (before: LaneOptions) => Partial<LaneOptions>): ReceiverOptions {
  const receiver = made.receiver();
  return {
    ...receiver,
    transport: { ...optionsOf(receiver), connections: 1 },
    lanes: { ...receiver.lanes, ...lanes(receiver.lanes) },
  };
}

/** One record of samples, committed then, whose values count on from `first`. */
function tellValues({ journal }: Rig, time: number, first: number, count: number): void {
  const body = Array.from({ length: count }, (_, index) => ({
    point: point.id,
    value: first + index,
    quality: GOOD,
    sourceTime: time + first + index,
    receiveTime: time,
    flags: 0,
  }));
  journal.add({ stream: 'sample', time, body });
}

const requests = ({ platform }: Rig) =>
  platform.received.map(({ message, records }) => ({ message, values: records.map(({ value }) => Number(value)) }));
const valuesAt = (made: Rig): readonly number[] =>
  requests(made).flatMap(({ message, values }) => (message === 'realtime' ? values : []));
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const ascending = (values: readonly number[]): readonly number[] => values.toSorted((one, other) => one - other);

/** The minutes of the day, in UTC, except those within an hour from now. */
function closedNow(): NonNullable<LaneOptions['live']['windows']> {
  const minute = new Date().getUTCHours() * 60 + new Date().getUTCMinutes();
  return { timeZone: 'UTC', spans: [{ from: (minute + 60) % 1440, to: (minute + 1380) % 1440 }] };
}

describe('lanes to a platform', () => {
  it('brings the newest values first and what an outage left behind after them, and loses none', async () => {
    const made = await started();
    const before = Date.now() - 3_600_000;
    for (let record = 0; record < 30; record += 1) tellValues(made, before + record, record * 50, 50);
    const uplink = made.start(
      receiverWith(made, ({ backfill }) => ({ backfill: { ...backfill, samplesPerSecond: 1_000 } })),
      [point],
    );
    await eventually('backfill goes', () => valuesAt(made).length > 0);
    tellValues(made, Date.now(), 1_500, 10);
    await eventually('all', () => new Set(valuesAt(made)).size === 1_510);
    const arrived = valuesAt(made);
    expect(ascending(arrived)).toEqual(upTo(1_510));
    expect(arrived.indexOf(1_500)).toBeLessThan(arrived.indexOf(1_400));
    await eventually('settled', () => uplink.latest()?.lanes.every(({ lagRecords }) => lagRecords === 0) ?? false);
    const lanes = uplink.latest()?.lanes.filter(({ stream }) => stream === 'sample');
    expect(lanes?.map(({ lane, acknowledgedSamples }) => [lane, acknowledgedSamples])).toEqual([
      ['live', 10],
      ['backfill', 1_500],
    ]);
  });

  it('goes on with what was left behind after it was ended in the midst of it', async () => {
    const made = await started();
    const before = Date.now() - 3_600_000;
    for (let record = 0; record < 30; record += 1) tellValues(made, before + record, record * 50, 50);
    const receiver = receiverWith(made, ({ backfill }) => ({ backfill: { ...backfill, samplesPerSecond: 2_000 } }));
    const uplink = made.start(receiver, [point]);
    await eventually('a part', () => valuesAt(made).length >= 300);
    uplink.close();
    made.start(receiver, [point]);
    await eventually('all', () => new Set(valuesAt(made)).size === 1_500);
  });

  it('sends an alarm while a request with values is still unanswered', async () => {
    const made = await started();
    made.platform.fault = { kind: 'slow', ms: 600 };
    for (let record = 0; record < 10; record += 1) tellValues(made, Date.now(), record * 50, 50);
    const uplink = made.start(
      receiverWith(made, () => ({})),
      [point],
    );
    await eventually('values under way', () => uplink.latest()?.inFlight === 50);
    made.journal.addAlarm(Date.now());
    await eventually('the alarm', () => requests(made).some(({ message }) => message === 'yjsjsj'));
    expect(valuesAt(made).length).toBeLessThan(500);
    const both = Math.max(...uplink.reports.map(({ inFlight }) => inFlight));
    expect(both).toBe(51);
  });

  it('sends values in their windows only, says so, and alarms at any time', async () => {
    const made = await started();
    const windows = closedNow();
    tellValues(made, Date.now(), 0, 10);
    const uplink = made.start(
      receiverWith(made, ({ live, backfill }) => ({ live: { ...live, windows }, backfill: { ...backfill, windows } })),
      [point],
    );
    made.journal.addAlarm(Date.now());
    await eventually('the alarm', () => requests(made).some(({ message }) => message === 'yjsjsj'));
    await eventually('told', () => uplink.latest()?.reason.includes('outside of its send window') ?? false);
    expect(valuesAt(made)).toEqual([]);
    uplink.close();
    made.start(made.receiver(), [point]);
    await eventually('the values', () => valuesAt(made).length === 10);
  });

  it('keeps to the bytes a minute with values, and not with alarms', async () => {
    const made = await started();
    for (let record = 0; record < 10; record += 1) tellValues(made, Date.now(), record * 50, 50);
    const uplink = made.start(
      receiverWith(made, () => ({ bytesPerMinute: 6_000 })),
      [point],
    );
    await eventually('the first', () => valuesAt(made).length === 50);
    made.journal.addAlarm(Date.now());
    await eventually('the alarm', () => requests(made).some(({ message }) => message === 'yjsjsj'));
    expect(valuesAt(made)).toHaveLength(50);
    expect(uplink.latest()?.lanes.find(({ lane }) => lane === 'live')?.sent).toBe(50);
  });
});
