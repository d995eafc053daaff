import { afterEach, describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { bad, GOOD, uncertain } from '#agent/model/quality.ts';
import type { ReceiverOptions, SparkplugOptions } from '#agent/model/receiver.ts';
import type { Sample } from '#agent/model/sample.ts';
import {
  type SparkplugHost,
  type SparkplugHostOptions,
  startSparkplugHost,
} from '#simulators/receiver/sparkplug-host.ts';
import { writeSparkplugCommand } from '#simulators/receiver/sparkplug-payload.ts';
import type { HostValue } from '#simulators/receiver/sparkplug-rules.ts';
import { receiverOptions, runUplink, type RunningUplink } from '../harness.ts';
import { gap, memoryJournal, samples } from '../memory-journal.ts';
import { type Mosquitto, startMosquitto, until } from '../mosquitto.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const point = (id: string, more: Partial<Point> = {}): Point => ({
  id: pointId(id),
  source: sourceId('dcs'),
  kind: 'temperature',
  name: id,
  unit: '°C',
  staleAfterMs: 10_000,
  safetyRole: 'none',
  ...more,
});

const points: readonly Point[] = [
  point('T-101.temperature', { name: '反应釜温度', range: { low: 0, high: 200 } }),
  point('P-101.pressure', { source: sourceId('plc'), kind: 'pressure', unit: 'kPa' }),
  point('V-101.open', { source: sourceId('plc'), kind: 'state', unit: '', states: { true: '开', false: '关' } }),
  point('XV-2.position', { source: sourceId('plc'), kind: 'state', unit: '', states: { 0: '关', 1: '开', 2: '动' } }),
];

const receiver = (url: string, changes: Partial<SparkplugOptions> = {}): ReceiverOptions => ({
  ...receiverOptions(url),
  transport: {
    kind: 'sparkplug',
    url,
    version: 5,
    clientId: 'h2o2-demo-scada',
    keepaliveMs: 5_000,
    group: 'park',
    node: 'h2o2-demo',
    qos: 1,
    ...changes,
  },
});

async function broker(): Promise<Mosquitto> {
  const mosquitto = await startMosquitto();
  cleanups.push(() => mosquitto.stop());
  return mosquitto;
}

async function host(url: string, changes: Partial<SparkplugHostOptions> = {}): Promise<SparkplugHost> {
  const started = await startSparkplugHost({ url, group: 'park', node: 'h2o2-demo', ...changes });
  cleanups.push(() => started.stop());
  return started;
}

function uplink(...[journal, options, more]: Parameters<typeof runUplink>): RunningUplink {
  const running = runUplink(journal, options, { points, ...more });
  cleanups.push(running.close);
  return running;
}

const isDrained = (running: RunningUplink): boolean =>
  running.latest()?.lanes.every(({ lagRecords }) => lagRecords === 0) ?? false;

const sample = (id: string, value: Sample['value'], time: number, more: Partial<Sample> = {}): Sample => ({
  point: pointId(id),
  value,
  quality: GOOD,
  sourceTime: time,
  receiveTime: time,
  flags: 0,
  ...more,
});

const data = ({ values }: SparkplugHost): HostValue[] => values.filter(({ isBirth }) => !isBirth);
const keyOf = (name: string, timestamp: number | undefined, value: unknown): string =>
  `${name} ${timestamp} ${String(value)}`;

describe('an uplink over Sparkplug B', () => {
  it('tells values with type, quality, reason and sim, and records as the JSON that is published', async () => {
    const mosquitto = await broker();
    const scada = await host(mosquitto.url);
    const journal = memoryJournal();
    const now = Date.now();
    journal.addSamples(now, [
      sample('T-101.temperature', 21.5, now, { receiveTime: now + 20 }),
      sample('P-101.pressure', null, now, { quality: bad('comm-lost', 11) }),
      sample('V-101.open', true, now, { flags: Flag.sim }),
      sample('T-101.temperature', 205, now + 1, { quality: uncertain('over-range') }),
      sample('XV-2.position', 2, now),
      sample('XV-2.position', 'stuck', now + 1),
      sample('gone.point', 5, now),
    ]);
    journal.addAlarm(now);
    journal.add({ stream: 'gap', time: now, body: gap(now) });
    const running = uplink(journal, receiver(mosquitto.url));
    await until(
      () => isDrained(running) && data(scada).length >= 9,
      () => [running.latest(), scada.values],
    );
    const told = data(scada).filter(({ name }) => !name.startsWith('Firewatch/'));
    expect(told.map(({ device, name, value, properties }) => [device, name, value, properties])).toEqual([
      ['dcs', 'T-101.temperature', 21.5, { Quality: 192, receiveTime: now + 20 }],
      ['dcs', 'T-101.temperature', 205, { Quality: 0, qualityLevel: 'uncertain', qualityReason: 'over-range' }],
      [
        'plc',
        'P-101.pressure',
        null,
        { Quality: 500, qualityLevel: 'bad', qualityReason: 'comm-lost', qualityRaw: 11 },
      ],
      ['plc', 'V-101.open', true, { Quality: 192, sim: true, flags: 'sim' }],
      ['plc', 'XV-2.position', 2, { Quality: 192 }],
      ['plc', 'XV-2.position', null, { Quality: 192, text: 'stuck' }],
      ['former', 'gone.point', '5', { Quality: 192 }],
    ]);
    const records = data(scada).filter(({ name }) => name.startsWith('Firewatch/'));
    expect(records.map(({ name, value }) => [name, JSON.parse(String(value)).id])).toEqual([
      ['Firewatch/alarm', 'h2o2-demo/alarm/1'],
      ['Firewatch/gap', 'h2o2-demo/gap/1'],
    ]);
    expect(scada.rules.faults).toEqual([]);
  });

  it('is born with every point, its unit and range, and later with the values that stand', async () => {
    const mosquitto = await broker();
    const scada = await host(mosquitto.url);
    const journal = memoryJournal();
    const running = uplink(journal, receiver(mosquitto.url));
    await until(() => running.latest()?.state === 'connected', running.latest);
    const births = () => scada.values.filter(({ isBirth, name }) => isBirth && name === 'T-101.temperature');
    await until(() => births().length === 1);
    expect(births()[0]).toMatchObject({
      value: null,
      properties: { Quality: 500, tooltip: '反应釜温度', engUnit: '°C', engLow: 0, engHigh: 200 },
    });
    const now = Date.now();
    journal.addSamples(now, [sample('T-101.temperature', 42, now)]);
    await until(() => isDrained(running), running.latest);
    scada.askForRebirth();
    await until(
      () => births().length === 2,
      () => scada.kinds,
    );
    expect(births()[1]).toMatchObject({ value: 42, timestamp: now, properties: { Quality: 192 } });
    expect(scada.rules.births[1]).toBe(scada.rules.births[0]);
    expect(scada.rules.faults).toEqual([]);
  });

  it('keeps seq, bdSeq and aliases through killed brokers, and brings every value', async () => {
    const mosquitto = await broker();
    const scada = await host(mosquitto.url, { hostId: 'scada-1' });
    const journal = memoryJournal();
    const running = uplink(journal, receiver(mosquitto.url, { primaryHost: 'scada-1' }));
    const wanted = new Set<string>();
    let written = Date.now();
    const write = (): void => {
      written += 40_000;
      const body = samples(written, 40).map((each) => ({ ...each, quality: GOOD }));
      for (const { point: id, value, sourceTime } of body) wanted.add(keyOf(id, sourceTime, value));
      journal.addSamples(Date.now(), body);
      journal.addAlarm(Date.now());
    };
    const writing = setInterval(write, 10);
    cleanups.push(() => clearInterval(writing));
    for (let outage = 1; outage <= 3; outage += 1) {
      const before = data(scada).length;
      await until(
        () => data(scada).length > before + 200,
        () => [running.latest(), scada.rules.faults],
      );
      await mosquitto.kill('SIGKILL');
      await until(() => running.latest()?.state !== 'connected', running.latest);
      await mosquitto.start();
      await until(() => (running.latest()?.connections ?? 0) > outage, running.latest);
    }
    clearInterval(writing);
    const missing = (): string[] => {
      const had = new Set(data(scada).map(({ name, timestamp, value }) => keyOf(name, timestamp, value)));
      return [...wanted].filter((key) => !had.has(key));
    };
    await until(
      () => isDrained(running) && missing().length === 0,
      () => [missing().slice(0, 3), running.latest()],
    );
    const alarms = data(scada)
      .filter(({ name }) => name === 'Firewatch/alarm')
      .map(({ value }) => Number(JSON.parse(String(value)).seq));
    expect([...new Set(alarms)]).toEqual(Array.from({ length: journal.head('alarm') }, (_, index) => index + 1));
    expect(scada.rules.faults).toEqual([]);
    const { births } = scada.rules;
    expect(births.length).toBeGreaterThanOrEqual(4);
    // A connection that broke before its birth has used a number, too.
    expect(births).toEqual([...new Set(births)].sort((one, other) => one - other));
    expect(running.latest()?.quarantine).toEqual([]);
  });

  it('marks as historical what an outage left behind, and what is older than the value that stands', async () => {
    const mosquitto = await broker();
    const scada = await host(mosquitto.url);
    const journal = memoryJournal();
    const now = Date.now();
    journal.addSamples(now - 3_600_000, [sample('T-101.temperature', 1, now - 3_600_000)]);
    journal.addSamples(now, [sample('T-101.temperature', 3, now), sample('T-101.temperature', 2, now - 5_000)]);
    const running = uplink(journal, receiver(mosquitto.url));
    await until(
      () => isDrained(running) && data(scada).length === 3,
      () => [running.latest(), data(scada)],
    );
    const marks = new Map(data(scada).map(({ value, isHistorical }) => [value, isHistorical]));
    expect(marks).toEqual(
      new Map([
        [1, true],
        [3, false],
        [2, true],
      ]),
    );
  });

  it('sends nothing while its primary host is away, says so, and goes on when it is back', async () => {
    const mosquitto = await broker();
    const scada = await host(mosquitto.url, { hostId: 'scada-1' });
    const journal = memoryJournal();
    const running = uplink(journal, receiver(mosquitto.url, { primaryHost: 'scada-1' }));
    await until(() => running.latest()?.state === 'connected', running.latest);
    await scada.say('offline');
    await until(() => /scada-1 has gone offline/.test(running.latest()?.reason ?? ''), running.latest);
    await until(
      () => scada.kinds.at(-1) === 'NDEATH',
      () => scada.kinds,
    );
    const now = Date.now();
    journal.addSamples(now, [sample('T-101.temperature', 7, now)]);
    journal.addAlarm(now);
    await until(() => running.latest()?.state === 'connecting', running.latest);
    expect(data(scada)).toEqual([]);
    await scada.say('online');
    await until(() => data(scada).length === 2, running.latest);
    expect(scada.rules.births).toHaveLength(2);
    expect(scada.rules.faults).toEqual([]);
  });

  it('dies by its will when it is cut off, and says so itself when it is stopped', async () => {
    const mosquitto = await broker();
    const scada = await host(mosquitto.url);
    const running = uplink(memoryJournal(), receiver(mosquitto.url));
    await until(() => scada.rules.isAlive, running.latest);
    running.close();
    await until(
      () => scada.kinds.at(-1) === 'NDEATH',
      () => scada.kinds,
    );
    expect(scada.rules.isAlive).toBe(false);
    expect(scada.rules.faults).toEqual([]);
  });

  it('obeys no command but a rebirth', async () => {
    const mosquitto = await broker();
    const scada = await host(mosquitto.url);
    const running = uplink(memoryJournal(), receiver(mosquitto.url));
    await until(() => scada.rules.isAlive, running.latest);
    const before = scada.kinds.length;
    scada.command(writeSparkplugCommand('Node Control/Reboot', true, Date.now()));
    scada.command(writeSparkplugCommand('V-101.open', true, Date.now()), 'plc');
    scada.command(Buffer.from([0xff, 0xff]));
    scada.askForRebirth();
    await until(
      () => scada.kinds.length > before,
      () => scada.kinds,
    );
    await until(
      () => scada.kinds.length === before + 3,
      () => scada.kinds,
    );
    expect(scada.kinds.slice(before)).toEqual(['NBIRTH', 'DBIRTH', 'DBIRTH']);
    expect(running.latest()).toMatchObject({ state: 'connected', connections: 1 });
  });

  it('at QoS 0, as the standard has it, counts as arrived what the broker has answered a ping after', async () => {
    const mosquitto = await broker();
    const scada = await host(mosquitto.url);
    const journal = memoryJournal();
    const running = uplink(journal, receiver(mosquitto.url, { qos: 0, version: '3.1.1' }), {
      tuning: { ackTimeoutMs: 500 },
    });
    await until(() => running.latest()?.state === 'connected', running.latest);
    journal.addSamples(Date.now(), samples(Date.now(), 300));
    await until(
      () => isDrained(running) && data(scada).length === 300,
      () => [running.latest(), data(scada).length],
    );
    await mosquitto.freeze();
    journal.addAlarm(Date.now());
    await until(() => running.latest()?.state === 'waiting', running.latest);
    expect(running.latest()?.lanes.find(({ stream }) => stream === 'alarm')).toMatchObject({ acknowledged: 0 });
    mosquitto.thaw();
    await until(() => data(scada).some(({ name }) => name === 'Firewatch/alarm'), running.latest);
    expect(scada.rules.faults).toEqual([]);
  });

  it('counts bdSeq on after a restart of the agent', async () => {
    const mosquitto = await broker();
    const scada = await host(mosquitto.url);
    const journal = memoryJournal();
    for (let run = 1; run <= 2; run += 1) {
      const running = uplink(journal, receiver(mosquitto.url));
      await until(() => scada.rules.births.length === run, running.latest);
      running.close();
    }
    expect(scada.rules.births).toEqual([0, 1]);
  });
});
