import { connect } from '@nats-io/transport-node';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import type { CareOptions, CareRequest } from '#agent/model/care.ts';
import type { AuditEntry, Stream } from '#agent/model/record.ts';
import { CareDesk, type CarePort } from '#agent/uplink/care/care-desk.ts';
import { signedText } from '#agent/uplink/care/request.ts';
import type { ReceiverOptions } from '#agent/model/receiver.ts';
import { openNatsEndpoint } from '#simulators/receiver/nats-endpoint.ts';
import { FakeClock } from '#test/agent/journal/journal-fixture.ts';
import { receiverOptions, runUplink } from '../harness.ts';
import { memoryJournal, samples } from '../memory-journal.ts';
import { startMosquitto, until } from '../mosquitto.ts';
import { startNatsServer } from '../nats-server.ts';

const key = '00112233445566778899aabbccddeeff';
const names = { site: 'h2o2-demo', receiver: 'park' };

interface Asked {
  readonly request: CareRequest;
  readonly id?: string;
  readonly time: number;
  readonly stream?: Stream;
  readonly first?: number;
  readonly last?: number;
  readonly site?: string;
}

const signHmac = (text: Buffer): Buffer => createHmac('sm3', Buffer.from(key, 'hex')).update(text).digest();

function requestOf(asked: Asked, signer = signHmac): Buffer {
  const whole = { id: 'r-1', keyId: 'p1', ...names, ...asked };
  return Buffer.from(JSON.stringify({ version: 1, ...whole, signature: signer(signedText(whole)).toString('base64') }));
}

const careOptions = (changes: Partial<CareOptions> = {}): CareOptions => ({
  allow: ['resend', 'snapshot', 'diagnostics'],
  verify: { algorithm: 'HMAC-SM3', keyId: 'p1', key: { reveal: () => key } },
  perHour: 3,
  everyMs: 30_000,
  ...changes,
});

/** What a site lets a desk do, with nothing to show. */
function deskPort(): CarePort {
  let last = 0;
  return {
    snapshot: () => ({ alarms: [], samples: [] }),
    diagnostics: () => ({ figures: 1 }),
    resend: () => undefined,
    audit: () => undefined,
    lastTaken: () => last,
    take: (time) => {
      last = time;
    },
  };
}

function deskOf(changes: Partial<CareOptions> = {}) {
  const clock = new FakeClock();
  const audit: AuditEntry[] = [];
  const port: CarePort = { ...deskPort(), audit: (entry) => audit.push(entry) };
  const open = () => new CareDesk(careOptions(changes), names, clock, port);
  return { clock, audit, open, desk: open() };
}

describe('remote care', () => {
  it('answers a request that is signed, allowed and new, after it is in the audit', () => {
    const { desk, clock, audit } = deskOf();
    expect(desk.handle(requestOf({ request: 'diagnostics', time: clock.now() }))).toEqual({
      request: 'r-1',
      accepted: true,
      body: { figures: 1 },
    });
    expect(audit).toMatchObject([
      { who: 'receiver park', action: 'care.diagnostics', detail: { id: 'r-1', accepted: true } },
    ]);
  });

  it('sends any stream once more', () => {
    const { desk, clock } = deskOf({ perHour: 10 });
    for (const stream of ['alarm', 'event', 'gap', 'audit', 'register', 'sample'] as const) {
      clock.pass(10);
      const asked = requestOf({ request: 'resend', time: clock.now(), stream, first: 1, last: 2 });
      expect(desk.handle(asked)).toEqual({ request: 'r-1', accepted: true });
    }
  });

  it('takes no request twice, not even after a restart', () => {
    const { desk, open, clock } = deskOf();
    const asked = requestOf({ request: 'snapshot', time: clock.now() });
    expect(desk.handle(asked)).toMatchObject({ accepted: true });
    for (const again of [desk, open()])
      expect(again.handle(asked)).toMatchObject({ accepted: false, reason: expect.stringContaining('taken before') });
  });

  it('does not answer a forged one, one for another site, or one that was changed', () => {
    const { desk, clock, audit } = deskOf();
    const time = clock.now();
    const forged = requestOf({ request: 'snapshot', time }, () => Buffer.alloc(32));
    const elsewhere = requestOf({ request: 'snapshot', time, site: 'other' });
    const changed = Buffer.from(requestOf({ request: 'snapshot', time }).toString().replace('snapshot', 'diagnostics'));
    const nonsense = [Buffer.from('{'), Buffer.alloc(20_000, 'x'), Buffer.from('{"version":1}')];
    for (const each of [forged, elsewhere, changed, ...nonsense]) expect(desk.handle(each)).toBeUndefined();
    expect(audit).toHaveLength(6);
    for (let count = 0; count < 100; count += 1) desk.handle(forged);
    expect(audit.length).toBeLessThan(25);
  });

  it('refuses what is not allowed, is too old, or is too much, and says so', () => {
    const { desk, clock } = deskOf({ allow: ['snapshot'] });
    const ask = (asked: Partial<Asked>) => desk.handle(requestOf({ request: 'snapshot', time: clock.now(), ...asked }));
    expect(ask({ request: 'resend' })?.reason).toMatch(/not allowed/);
    expect(ask({ time: clock.now() - 400_000 })?.reason).toMatch(/five minutes/);
    for (let count = 0; count < 3; count += 1) {
      clock.pass(10);
      expect(ask({})).toMatchObject({ accepted: true });
    }
    clock.pass(10);
    expect(ask({})?.reason).toMatch(/3 requests an hour/);
    clock.pass(3_600_000);
    expect(ask({})).toMatchObject({ accepted: true });
  });

  it('believes an Ed25519 key of which it knows the public part alone', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const published = publicKey.export({ format: 'pem', type: 'spki' });
    const { desk, clock } = deskOf({ verify: { algorithm: 'Ed25519', keyId: 'p1', key: { reveal: () => published } } });
    const asked = { request: 'snapshot', time: clock.now() } as const;
    expect(desk.handle(requestOf(asked))).toBeUndefined();
    expect(desk.handle(requestOf(asked, (text) => sign(null, text, privateKey)))).toMatchObject({ accepted: true });
  });
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A platform that can be told what to ask, and what it then sees. */
interface Asker {
  readonly options: ReceiverOptions;
  readonly ask: (payload: Buffer) => Promise<unknown>;
  /** Of answers and records, as JSON. */
  readonly seen: { readonly topic: string; readonly message: Readonly<Record<string, unknown>> }[];
}

const see = ({ seen }: Pick<Asker, 'seen'>, topic: string, payload: Uint8Array): void =>
  void seen.push({ topic, message: JSON.parse(Buffer.from(payload).toString('utf8')) as Record<string, unknown> });

async function overMqtt(): Promise<Asker> {
  const mosquitto = await startMosquitto();
  cleanups.push(() => mosquitto.stop());
  const platform = await connectAsync(mosquitto.url, { protocolVersion: 5 });
  cleanups.push(() => platform.endAsync(true));
  const seen: Asker['seen'] = [];
  platform.on('message', (topic, payload) => see({ seen }, topic.split('/').at(-1) ?? '', payload));
  const topics = ['answer', 'alarm', 'sample'].map((topic) => `firewatch/h2o2-demo/${topic}`);
  await platform.subscribeAsync(topics, { qos: 1 });
  const ask = (payload: Buffer) => platform.publishAsync('firewatch/h2o2-demo/request', payload, { qos: 1 });
  return { options: receiverOptions(mosquitto.url), ask, seen };
}

async function overNats(): Promise<Asker> {
  const server = await startNatsServer();
  cleanups.push(() => server.stop());
  const endpoint = await openNatsEndpoint(server.url, 'firewatch');
  await endpoint.makeStream({});
  await endpoint.close();
  const platform = await connect({ servers: server.url });
  cleanups.push(() => platform.close());
  const seen: Asker['seen'] = [];
  for (const topic of ['answer', 'alarm', 'sample'])
    platform.subscribe(`firewatch.h2o2-demo.${topic}`, { callback: (_error, { data }) => see({ seen }, topic, data) });
  await platform.flush();
  const transport = {
    kind: 'nats',
    url: server.url,
    otherUrls: [],
    name: 'h2o2-demo-park',
    subjectPrefix: 'firewatch',
    timeoutMs: 2_000,
  } as const;
  const ask = (payload: Buffer) => Promise.resolve(platform.publish('firewatch.h2o2-demo.request', payload));
  return { options: { ...receiverOptions('mqtt://none'), transport }, ask, seen };
}

async function overHttps(): Promise<Asker> {
  const seen: Asker['seen'] = [];
  const requests: Buffer[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const path = request.url ?? '';
      if (request.method === 'GET' && path === '/h2o2-demo/request') {
        const next = requests.shift();
        response.writeHead(next ? 200 : 204).end(next);
        return;
      }
      see({ seen }, path.split('/').at(-1) ?? '', Buffer.concat(pieces));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const transport = {
    kind: 'https',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: 2,
    timeoutMs: 2_000,
  } as const;
  const ask = (payload: Buffer) => Promise.resolve(requests.push(payload));
  return { options: { ...receiverOptions('mqtt://none'), transport }, ask, seen };
}

describe.each([
  ['MQTT', overMqtt],
  ['NATS', overNats],
  ['HTTPS', overHttps],
])('remote care over %s', (_way, open) => {
  it('answers, and sends a range of records once more', async () => {
    const { options, ask, seen } = await open();
    const idsOf = (topic: string) => seen.flatMap((one) => (one.topic === topic ? [one.message['id']] : []));
    const answers = () => seen.flatMap(({ topic, message }) => (topic === 'answer' ? [message] : []));
    const timesOf = (id: string) => [...idsOf('alarm'), ...idsOf('sample')].filter((one) => one === id).length;
    const journal = memoryJournal();
    for (let count = 0; count < 6; count += 1) journal.addAlarm(Date.now());
    for (let count = 0; count < 6; count += 1) journal.addSamples(Date.now(), samples(Date.now(), 20));
    const care = { ...deskPort(), snapshot: () => ({ alarms: [{ alarm: 'T/HH' }] }) };
    const running = runUplink(
      journal,
      {
        ...options,
        ...(options.transport.kind === 'mqtt' && { transport: { ...options.transport, requireSubscriber: false } }),
        care: careOptions({ perHour: 100, everyMs: 20 }),
      },
      { care, tuning: { overlapMs: 0, backoffBaseMs: 10 } },
    );
    cleanups.push(running.close);
    const isThere = () => timesOf('h2o2-demo/alarm/6') > 0 && timesOf('h2o2-demo/sample/6') > 0;
    await until(isThere, running.latest);
    const connected = () => until(() => running.latest()?.state === 'connected', running.latest);
    const answered = (count: number) => until(() => answers().length >= count, answers);
    const asking = (asked: Omit<Asked, 'time'>) => ask(requestOf({ time: Date.now(), ...asked }));

    await asking({ request: 'snapshot' });
    await answered(1);
    expect(answers()[0]).toMatchObject({ accepted: true, body: { alarms: [{ alarm: 'T/HH' }] } });

    await asking({ request: 'resend', stream: 'sample', first: 2, last: 3 });
    await until(() => timesOf('h2o2-demo/sample/3') === 2, running.latest);
    await answered(2);
    expect(timesOf('h2o2-demo/sample/5')).toBe(1);
    await connected();

    await asking({ request: 'resend', stream: 'alarm', first: 5, last: 5 });
    await until(() => timesOf('h2o2-demo/alarm/6') === 2, running.latest);
    await answered(3);
    expect(timesOf('h2o2-demo/alarm/4')).toBe(1);
    await connected();

    await asking({ request: 'resend', stream: 'alarm', first: 5, last: 99 });
    await answered(4);
    expect(answers().at(-1)).toMatchObject({ accepted: false, reason: expect.stringMatching(/ends with 6/) as string });
  });
});

it('records are delivered where the server does not let requests be read, and the audit says so once', async () => {
  const permissions = '{ publish: ">", subscribe: "_INBOX.>" }';
  const users = `[{ user: box, password: b, permissions: ${permissions} }, { user: all, password: a }]`;
  const server = await startNatsServer([`authorization { users: ${users} }`, 'no_auth_user: all']);
  cleanups.push(() => server.stop());
  const endpoint = await openNatsEndpoint(server.url, 'firewatch');
  await endpoint.makeStream({});
  await endpoint.close();
  const audit: AuditEntry[] = [];
  const care = { ...deskPort(), audit: (entry: AuditEntry) => audit.push(entry) };
  const journal = memoryJournal();
  for (let count = 0; count < 3; count += 1) journal.addAlarm(Date.now());
  const transport = {
    kind: 'nats',
    url: server.url,
    otherUrls: [],
    name: 'h2o2-demo-park',
    subjectPrefix: 'firewatch',
    username: 'box',
    password: { reveal: () => 'b' },
    timeoutMs: 2_000,
  } as const;
  const receiver = { ...receiverOptions('mqtt://none'), transport, care: careOptions() };
  const running = runUplink(journal, receiver, { care });
  cleanups.push(running.close);
  await until(() => running.latest()?.lanes[0]?.acknowledged === 3, running.latest);
  await until(() => audit.length > 0, running.latest);
  expect(audit).toMatchObject([
    {
      action: 'care.unavailable',
      detail: { reason: expect.stringContaining('firewatch.h2o2-demo.request') as string },
    },
  ]);
  expect(running.latest()?.connections).toBe(1);
});
