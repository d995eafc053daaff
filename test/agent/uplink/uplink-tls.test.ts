import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MqttOptions } from '#agent/model/receiver.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import { receiverOptions, runUplink, type RunningUplink } from './harness.ts';
import { memoryJournal } from './memory-journal.ts';
import { freePort, startMosquitto, until, type Mosquitto } from './mosquitto.ts';
import { makeCertificates, type KeyPair, type TestCertificates } from './test-certificates.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

let certificates: TestCertificates;
beforeAll(() => {
  certificates = makeCertificates();
});

async function broker(pair: KeyPair, ...lines: string[]): Promise<Mosquitto> {
  const mosquitto = await startMosquitto({
    files: { 'ca.pem': certificates.ca, 'cert.pem': pair.cert, 'key.pem': pair.key, passwords: '' },
    lines: ['cafile DIR/ca.pem', 'certfile DIR/cert.pem', 'keyfile DIR/key.pem', ...lines],
  });
  cleanups.push(() => mosquitto.stop());
  return mosquitto;
}

function uplink({ port }: Mosquitto, changes: Partial<MqttOptions>): RunningUplink {
  const options = receiverOptions(`mqtts://127.0.0.1:${port}`, { requireSubscriber: false, ...changes });
  const running = runUplink(memoryJournal(), options);
  cleanups.push(running.close);
  return running;
}

const settled = (running: RunningUplink): Promise<void> =>
  until(() => ['connected', 'waiting'].includes(running.latest()?.state ?? ''), running.latest);

describe('uplink over TLS', () => {
  it('connects to a broker whose authority is configured', async () => {
    const running = uplink(await broker(certificates.broker), { tls: { ca: certificates.ca } });
    await settled(running);
    expect(running.latest()).toMatchObject({ state: 'connected', reason: '' });
  });

  it('refuses a broker of an unknown authority and says what to configure', async () => {
    const running = uplink(await broker(certificates.broker), {});
    await settled(running);
    expect(running.latest()).toMatchObject({ state: 'waiting', reason: expect.stringMatching(/transport\.tls\.ca/) });
  });

  it('refuses an expired certificate and names the clock as a possible cause', async () => {
    const running = uplink(await broker(certificates.expiredBroker), { tls: { ca: certificates.ca } });
    await settled(running);
    expect(running.latest()?.reason).toMatch(/certificate has expired.*clock is wrong/);
  });

  it('loses nothing while the certificate of the broker is expired, and goes on once it is renewed', async () => {
    const plainPort = await freePort();
    const mosquitto = await broker(certificates.broker, `listener ${plainPort} 127.0.0.1`);
    const receiver = await startReceiver({ url: `mqtt://127.0.0.1:${plainPort}`, topicPrefix: 'firewatch' });
    cleanups.push(() => receiver.stop());
    const journal = memoryJournal();
    const options = receiverOptions(`mqtts://127.0.0.1:${mosquitto.port}`, { tls: { ca: certificates.ca } });
    const running = runUplink(journal, options);
    cleanups.push(running.close);
    const writing = setInterval(() => journal.addAlarm(Date.now()), 20);
    cleanups.push(() => clearInterval(writing));
    await until(() => receiver.report().records > 10, running.latest);
    const restartWith = async ({ cert, key }: KeyPair): Promise<void> => {
      await mosquitto.kill('SIGTERM');
      writeFileSync(join(mosquitto.directory, 'cert.pem'), cert);
      writeFileSync(join(mosquitto.directory, 'key.pem'), key);
      await mosquitto.start();
    };
    await restartWith(certificates.expiredBroker);
    await until(() => /certificate has expired/.test(running.latest()?.reason ?? ''), running.latest);
    await restartWith(certificates.broker);
    clearInterval(writing);
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
    expect(receiver.report()).toMatchObject({ gaps: 0, invalid: 0, records: journal.head('alarm') });
  });

  it('refuses a certificate for another name', async () => {
    const running = uplink(await broker(certificates.broker), {
      tls: { ca: certificates.ca, serverName: 'park.example' },
    });
    await settled(running);
    expect(running.latest()?.reason).toMatch(/for another name/);
  });

  it('shows its own certificate to a broker that wants one', async () => {
    const mosquitto = await broker(certificates.broker, 'require_certificate true');
    const { cert, key } = certificates.client;
    const known = uplink(mosquitto, { tls: { ca: certificates.ca, cert, key: { reveal: () => key } } });
    await settled(known);
    expect(known.latest()?.state).toBe('connected');
    const unknown = uplink(mosquitto, { clientId: 'other', tls: { ca: certificates.ca } });
    await settled(unknown);
    expect(unknown.latest()?.state).toBe('waiting');
  });

  it('says that the password is wrong, never the password', async () => {
    const mosquitto = await broker(certificates.broker, 'allow_anonymous false', 'password_file DIR/passwords');
    const running = uplink(mosquitto, {
      tls: { ca: certificates.ca },
      username: 'h2o2-demo',
      password: { reveal: () => 'hunter2' },
    });
    await settled(running);
    expect(running.latest()?.reason).toMatch(/not authorized|bad user name or password/);
    expect(JSON.stringify(running.reports)).not.toContain('hunter2');
  });
});
