import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { connectAsync } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import type { CareOptions, CareRequest } from '#agent/model/care.ts';
import type { AuditEntry } from '#agent/model/record.ts';
import { CareDesk, type CarePort } from '#agent/uplink/care/care-desk.ts';
import { signedText } from '#agent/uplink/care/request.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import { FakeClock } from '#test/agent/journal/journal-fixture.ts';
import { receiverOptions, runUplink } from '../harness.ts';
import { memoryJournal, samples } from '../memory-journal.ts';
import { startMosquitto, until } from '../mosquitto.ts';

const key = '00112233445566778899aabbccddeeff';
const names = { site: 'h2o2-demo', receiver: 'park' };

interface Asked {
  readonly request: CareRequest;
  readonly id?: string;
  readonly time: number;
  readonly stream?: 'alarm' | 'sample';
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
  ...changes,
});

function deskOf(changes: Partial<CareOptions> = {}) {
  const clock = new FakeClock();
  const audit: AuditEntry[] = [];
  let last = 0;
  const port: CarePort = {
    snapshot: () => ({ alarms: [], samples: [] }),
    diagnostics: () => ({ figures: 1 }),
    resend: () => undefined,
    audit: (entry) => audit.push(entry),
    lastTaken: () => last,
    take: (time) => {
      last = time;
    },
  };
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

it('a receiver gets a range of records once more, and answers, over a real broker', async () => {
  const mosquitto = await startMosquitto();
  cleanups.push(() => mosquitto.stop());
  const receiver = await startReceiver({ url: mosquitto.url, topicPrefix: 'firewatch' });
  cleanups.push(() => receiver.stop());
  const platform = await connectAsync(mosquitto.url, { protocolVersion: 5 });
  cleanups.push(() => platform.endAsync(true));
  const answers: { accepted: boolean; reason?: string; body?: object }[] = [];
  const repeated: string[] = [];
  platform.on('message', (topic, payload) => {
    const message = JSON.parse(payload.toString()) as { id: string };
    if (topic.endsWith('/answer')) answers.push(message as never);
    else repeated.push(message.id);
  });
  await platform.subscribeAsync('firewatch/h2o2-demo/answer', { qos: 1 });

  const journal = memoryJournal();
  for (let count = 0; count < 6; count += 1) journal.addAlarm(Date.now());
  for (let count = 0; count < 6; count += 1) journal.addSamples(Date.now(), samples(Date.now(), 20));
  let last = 0;
  const care = {
    snapshot: () => ({ alarms: [{ alarm: 'T/HH' }] }),
    diagnostics: () => ({}),
    audit: () => undefined,
    lastTaken: () => last,
    take: (time: number) => {
      last = time;
    },
  };
  const running = runUplink(
    journal,
    { ...receiverOptions(mosquitto.url), care: careOptions({ perHour: 100 }) },
    { care, tuning: { overlapMs: 0, backoffBaseMs: 10 } },
  );
  cleanups.push(running.close);
  await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
  await platform.subscribeAsync(['firewatch/h2o2-demo/alarm', 'firewatch/h2o2-demo/sample'], { qos: 1 });
  const ask = (asked: Omit<Asked, 'time'>) =>
    platform.publishAsync('firewatch/h2o2-demo/request', requestOf({ time: Date.now(), ...asked }), { qos: 1 });

  await ask({ request: 'snapshot' });
  await until(
    () => answers.length === 1,
    () => answers,
  );
  expect(answers[0]).toMatchObject({ accepted: true, body: { alarms: [{ alarm: 'T/HH' }] } });
  await ask({ request: 'resend', stream: 'sample', first: 2, last: 3 });
  await until(
    () => repeated.includes('h2o2-demo/sample/3'),
    () => repeated,
  );
  expect(repeated).not.toContain('h2o2-demo/sample/5');
  await until(() => running.latest()?.state === 'connected', running.latest);
  await ask({ request: 'resend', stream: 'alarm', first: 5, last: 5 });
  await until(
    () => repeated.includes('h2o2-demo/alarm/6'),
    () => repeated,
  );
  expect(repeated).not.toContain('h2o2-demo/alarm/4');
  await until(() => running.latest()?.state === 'connected', running.latest);
  await ask({ request: 'resend', stream: 'alarm', first: 5, last: 99 });
  await until(
    () => answers.at(-1)?.accepted === false,
    () => answers,
  );
  expect(answers.at(-1)?.reason).toMatch(/ends with 6/);
});
