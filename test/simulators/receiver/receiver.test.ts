import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { startReceiver, type Receiver } from '#simulators/receiver/receiver.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function platform(directory?: string): Promise<Receiver> {
  const receiver = await startReceiver({ topicPrefix: 'firewatch', ...(directory === undefined ? {} : { directory }) });
  cleanups.push(() => receiver.stop());
  return receiver;
}

async function publisher({ port }: Receiver): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, { protocolVersion: 5, reconnectPeriod: 0 });
  cleanups.push(() => client.endAsync(true));
  return client;
}

const event = (seq: number, changes: object = {}): Record<string, unknown> => ({
  version: 1,
  id: `demo/event/${seq}`,
  site: 'demo',
  stream: 'event',
  seq,
  after: seq - 1,
  lane: 'alarm',
  time: 1_790_000_000_000,
  sim: false,
  body: { time: 1_790_000_000_000, kind: 'k', text: 't', flags: [] },
  ...changes,
});

const samples = (seq: number, changes: object = {}): Record<string, unknown> => ({
  ...event(seq),
  id: `demo/sample/${seq}`,
  stream: 'sample',
  lane: 'live',
  body: {
    points: ['T'],
    point: [0, 0],
    value: [1, 2],
    sourceTime: [1_790_000_000_000, 0],
    receiveTime: [1_790_000_000_000, 0],
    quality: [{ count: 2, level: 'good' }],
    flags: [{ count: 2, flags: [] }],
  },
  ...changes,
});

async function publish(client: MqttClient, message: Record<string, unknown>, schema?: string): Promise<void> {
  const stream = String(message['stream']);
  await client.publishAsync(`firewatch/demo/${stream}`, JSON.stringify(message), {
    qos: 1,
    properties: {
      userProperties: { schema: schema ?? `firewatch-json/${stream}/1`, sim: String(message['sim']) },
    },
  });
}

describe('receiver', () => {
  it('finds the numbers that are missing, and takes them later', async () => {
    const receiver = await platform();
    const client = await publisher(receiver);
    for (const seq of [1, 2, 5, 6]) await publish(client, event(seq));
    expect(receiver.report()).toMatchObject({ records: 4, gaps: 2 });
    expect(receiver.missing({ event: 8 })).toEqual([
      { stream: 'event', first: 3, last: 4 },
      { stream: 'event', first: 7, last: 8 },
    ]);
    for (const seq of [3, 4]) await publish(client, event(seq));
    expect(receiver.report()).toMatchObject({ records: 6, gaps: 0 });
    expect(receiver.report().perStream.event?.outOfOrder).toBe(2);
  });

  it('counts a repeat and drops it', async () => {
    const receiver = await platform();
    const client = await publisher(receiver);
    for (const seq of [1, 2, 1, 2, 2]) await publish(client, event(seq));
    expect(receiver.report()).toMatchObject({ records: 2, verified: 5, duplicates: 3 });
  });

  it('takes a record as arrived when all its parts are there, however they are cut', async () => {
    const receiver = await platform();
    const client = await publisher(receiver);
    const part = (first: number, count: number, of: number): Record<string, unknown> =>
      samples(1, { id: `demo/sample/1/${first}`, part: { first, count, of } });
    await publish(client, part(0, 2, 5));
    await publish(client, part(1, 2, 5));
    expect(receiver.report().records).toBe(0);
    await publish(client, part(3, 2, 5));
    expect(receiver.report()).toMatchObject({ records: 1, samples: 5, gaps: 0, invalid: 0 });
  });

  it('takes it from the site that numbers are skipped, and keeps count of why', async () => {
    const receiver = await platform();
    const client = await publisher(receiver);
    const skipped = { expired: 3, filtered: 0, quarantined: 0 };
    await publish(client, event(4, { after: 0, skipped }));
    const {
      id: _id,
      time: _time,
      body: _body,
      ...coverage
    } = event(6, { after: 4, skipped: { ...skipped, expired: 0, quarantined: 2 } });
    await publish(client, coverage, 'firewatch-json/coverage/1');
    expect(receiver.report()).toMatchObject({ records: 1, gaps: 0, invalid: 0 });
    expect(receiver.report().perStream.event?.skipped).toEqual({ expired: 3, filtered: 0, quarantined: 2 });
  });

  it.each<[string, Record<string, unknown>, RegExp, string?]>([
    ['an unknown key', event(1, { extra: 1 }), /additional properties/],
    ['a missing key', event(1, { lane: undefined }), /required property 'lane'/],
    ['an id that does not fit', event(1, { id: 'demo/event/2' }), /id demo\/event\/2 instead of demo\/event\/1/],
    ['another site', event(1, { site: 'other', id: 'other/event/1' }), /site other/],
    ['numbers passed over without a word', event(5, { after: 1 }), /accounts for 1 of the 4 numbers/],
    [
      'simulated data that pass for real',
      event(1, { body: { time: 1, kind: 'k', text: 't', flags: ['sim'] } }),
      /sim is false/,
    ],
    [
      'columns of unequal length',
      samples(1, { body: { ...(samples(1)['body'] as object), value: [1] } }),
      /column value has 1/,
    ],
    ['a schema of another version', event(1), /unknown schema/, 'firewatch-json/event/2'],
  ])('refuses to verify %s', async (_name, message, why, schema) => {
    const receiver = await platform();
    await publish(await publisher(receiver), message, schema);
    expect(receiver.report()).toMatchObject({ records: 0, verified: 0, invalid: 1 });
    expect(receiver.report().faults[0]).toMatch(why);
  });

  it('still knows what arrived after it is started again', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'firewatch-receiver-'));
    cleanups.push(() => rmSync(directory, { recursive: true }));
    const first = await platform(directory);
    await publish(await publisher(first), event(1));
    await first.stop();
    const second = await platform(directory);
    const client = await publisher(second);
    await publish(client, event(1));
    await publish(client, event(2));
    expect(second.report()).toMatchObject({ records: 2, duplicates: 1, gaps: 0 });
  });

  it('goes away and comes back on the same port', async () => {
    const receiver = await platform();
    const { port } = receiver;
    await receiver.interrupt();
    await expect(publisher(receiver)).rejects.toThrow(/ECONNREFUSED/);
    await receiver.resume();
    expect(receiver.port).toBe(port);
    await publish(await publisher(receiver), event(1));
    expect(receiver.report().records).toBe(1);
  });

  it('tells when the connection of a site broke', async () => {
    const receiver = await platform();
    const payload = JSON.stringify({ version: 1, site: 'demo', state: 'lost', sim: false });
    const client = await connectAsync(`mqtt://127.0.0.1:${receiver.port}`, {
      protocolVersion: 5,
      reconnectPeriod: 0,
      will: {
        topic: 'firewatch/demo/presence',
        payload: Buffer.from(payload),
        qos: 1,
        retain: true,
        properties: { userProperties: { schema: 'firewatch-json/presence/1', sim: 'false' } },
      },
    });
    client.stream.destroy();
    await expect.poll(() => receiver.report().presence).toBe('lost');
  });
});
