import { afterEach, describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId, sourceId, zoneId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { InfluxOptions, ReceiverOptions } from '#agent/model/receiver.ts';
import type { Sample } from '#agent/model/sample.ts';
import { type InfluxEndpoint, startInfluxEndpoint } from '#simulators/receiver/influx-endpoint.ts';
import { receiverOptions, runUplink, type RunningUplink } from '../harness.ts';
import { gap, memoryJournal, samples } from '../memory-journal.ts';
import { until } from '../mosquitto.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function database(): Promise<InfluxEndpoint> {
  const started = await startInfluxEndpoint();
  cleanups.push(() => started.stop());
  return started;
}

const receiver = (port: number, changes: Partial<InfluxOptions> = {}): ReceiverOptions => ({
  ...receiverOptions('mqtt://none'),
  transport: {
    kind: 'influx',
    url: `http://127.0.0.1:${port}`,
    api: 'v2',
    bucket: 'plant',
    org: 'site',
    measurement: 'firewatch',
    login: { kind: 'token', scheme: 'Token', token: { reveal: () => 't0ken' } },
    connections: 2,
    timeoutMs: 5_000,
    ...changes,
  },
});

const points: readonly Point[] = [
  {
    id: pointId('T-101'),
    source: sourceId('dcs'),
    kind: 'temperature',
    name: '反应釜温度',
    unit: '°C',
    staleAfterMs: 10_000,
    zone: zoneId('tank farm, north'),
    safetyRole: 'none',
  },
];

function uplink(...[journal, options]: Parameters<typeof runUplink>): RunningUplink {
  const running = runUplink(journal, options, { points });
  cleanups.push(running.close);
  return running;
}

const isDrained = (running: RunningUplink): boolean =>
  running.latest()?.lanes.every(({ lagRecords }) => lagRecords === 0) ?? false;

const NOW = Date.parse('2026-03-01T00:00:00Z');
const sample = (point: string, value: Sample['value'], more: Partial<Sample> = {}): Sample => ({
  point: pointId(point),
  value,
  quality: GOOD,
  sourceTime: NOW,
  receiveTime: NOW + 20,
  flags: 0,
  ...more,
});

describe('an uplink in line protocol', () => {
  it('tells value, quality, reason and sim of each sample, each type in its own field', async () => {
    const influx = await database();
    const journal = memoryJournal();
    journal.addSamples(Date.now(), [
      sample('T-101', 21.5),
      sample('T-101', null, { quality: bad('comm-lost', 11), sourceTime: NOW + 1 }),
      sample('V-1', true, { flags: Flag.sim }),
      sample('M-1', 'run "a"\\b'),
    ]);
    const running = uplink(journal, receiver(influx.port));
    await until(() => isDrained(running) && influx.points.size === 4, running.latest);
    const tags = { site: 'h2o2-demo', source: 'dcs', kind: 'temperature', unit: '°C', zone: 'tank farm, north' };
    const received = BigInt(NOW + 20);
    expect([...influx.points.values()].map((line) => [line.tags, line.fields])).toEqual([
      [
        { ...tags, point: 'T-101', quality: 'good' },
        { value: 21.5, received },
      ],
      [
        { ...tags, point: 'T-101', quality: 'bad' },
        { reason: 'comm-lost', raw: 11n, received },
      ],
      [
        { site: 'h2o2-demo', point: 'V-1', quality: 'good', sim: 'true' },
        { state: true, flags: 'sim', received },
      ],
      [
        { site: 'h2o2-demo', point: 'M-1', quality: 'good' },
        { text: 'run "a"\\b', received },
      ],
    ]);
    expect([...influx.points.values()].map(({ time }) => time / 1_000_000n)).toEqual(
      [NOW, NOW + 1, NOW, NOW].map(BigInt),
    );
    expect(influx.writes[0]).toEqual({
      path: '/api/v2/write?bucket=plant&org=site&precision=ns',
      authorization: 'Token t0ken',
      encoding: '',
    });
    expect(influx.faults).toEqual([]);
  });

  it('tells alarms and gaps with the record that is published', async () => {
    const influx = await database();
    const journal = memoryJournal();
    journal.addAlarm(NOW);
    journal.add({ stream: 'gap', time: NOW, body: gap(NOW) });
    const running = uplink(journal, receiver(influx.port));
    await until(() => isDrained(running) && influx.points.size === 2, running.latest);
    const lines = new Map([...influx.points.values()].map((line) => [line.measurement, line]));
    expect(lines.get('firewatch_alarm')?.tags).toMatchObject({ alarm: 'T-101.temperature/HH', event: 'raised' });
    expect(JSON.parse(String(lines.get('firewatch_alarm')?.fields['record']))).toMatchObject({
      stream: 'alarm',
      seq: 1,
    });
    expect(lines.get('firewatch_gap')?.tags).toMatchObject({ reason: 'comm-lost' });
    expect(lines.get('firewatch_gap')?.fields['id']).toBe('h2o2-demo/gap/1');
  });

  it('loses no sample that shares its time with another, and doubles none that is written again', async () => {
    const influx = await database();
    const journal = memoryJournal();
    const twice = [sample('T-101', 1), sample('T-101', 2)];
    journal.addSamples(Date.now(), twice);
    journal.addSamples(Date.now(), [sample('T-101', 3)]);
    const first = uplink(journal, receiver(influx.port));
    await until(() => isDrained(first), first.latest);
    first.close();
    journal.setCursors(
      receiverOptions('').id,
      new Map([
        ['sample', ''],
        ['alarm', ''],
      ]),
    );
    const again = uplink(journal, receiver(influx.port));
    await until(() => isDrained(again) && influx.writes.length >= 4, again.latest);
    expect(influx.points.size).toBe(3);
    expect(new Set([...influx.points.values()].map(({ fields }) => fields['value']))).toEqual(new Set([1, 2, 3]));
  });

  it('compresses where it is told to, and cuts large records into bodies that the server takes', async () => {
    const influx = await database();
    const journal = memoryJournal();
    journal.addSamples(Date.now(), samples(NOW, 900));
    const running = uplink(journal, receiver(influx.port, { compression: 'gzip', messageBytes: 20_000 }));
    await until(() => isDrained(running) && influx.points.size === 900, running.latest);
    expect(influx.writes.length).toBeGreaterThan(3);
    expect(new Set(influx.writes.map(({ encoding }) => encoding))).toEqual(new Set(['gzip']));
    expect(influx.faults).toEqual([]);
  });

  it('speaks the interface of InfluxDB 1 too', async () => {
    const influx = await database();
    const journal = memoryJournal();
    journal.addSamples(Date.now(), [sample('T-101', 1)]);
    const login = { kind: 'basic', username: 'fw', password: { reveal: () => 'pä:ss' } } as const;
    const running = uplink(journal, receiver(influx.port, { api: 'v1', login, retentionPolicy: 'year' }));
    await until(() => influx.points.size === 1, running.latest);
    expect(influx.writes[0]?.path).toBe('/write?db=plant&org=site&rp=year&precision=ns');
    expect(influx.writes[0]?.authorization).toBe(`Basic ${Buffer.from('fw:pä:ss').toString('base64')}`);
  });

  it('says what the database does not like, and goes on when it is well again', async () => {
    const influx = await database();
    const journal = memoryJournal();
    influx.answerWith(401);
    journal.addSamples(Date.now(), [sample('T-101', 1)]);
    const running = uplink(journal, receiver(influx.port));
    await until(() => /401.*as told.*check the token/.test(running.latest()?.reason ?? ''), running.latest);
    influx.answerWith(503);
    await until(() => /503/.test(running.latest()?.reason ?? ''), running.latest);
    influx.answerWith(undefined);
    await until(() => influx.points.size === 1, running.latest);
  });
});
