import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ReceiverOptions } from '#agent/model/receiver.ts';
import { type Receiver, startReceiver } from '#simulators/receiver/receiver.ts';
import { receiverOptions, runUplink, type RunningUplink } from './harness.ts';
import { memoryJournal, samples, simulatedSamples } from './memory-journal.ts';
import { accepts, freePort, type Mosquitto, type MosquittoOptions, startMosquitto, until } from './mosquitto.ts';
import { makeCertificates } from './test-certificates.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function broker(options?: MosquittoOptions): Promise<Mosquitto> {
  const mosquitto = await startMosquitto(options);
  cleanups.push(() => mosquitto.stop());
  return mosquitto;
}

async function platform(url: string): Promise<Receiver> {
  const receiver = await startReceiver({ url, topicPrefix: 'firewatch' });
  cleanups.push(() => receiver.stop());
  return receiver;
}

function uplink(...parts: Parameters<typeof runUplink>): RunningUplink {
  const running = runUplink(...parts);
  cleanups.push(running.close);
  return running;
}

describe('uplink over MQTT 3.1.1', () => {
  const old = (url: string, changes: Partial<ReceiverOptions> = {}): ReceiverOptions => ({
    ...receiverOptions(url, { version: '3.1.1', requireSubscriber: false }),
    ...changes,
  });

  it('delivers every record, plain and compact, with its simulated ones marked', async () => {
    for (const wire of ['plain', 'compact'] as const) {
      const mosquitto = await broker();
      const receiver = await platform(mosquitto.url);
      const journal = memoryJournal();
      const running = uplink(journal, old(mosquitto.url, { wire }), { points: [] });
      journal.addAlarm(Date.now());
      journal.addSamples(Date.now(), samples(Date.now(), 500));
      journal.addSamples(Date.now(), simulatedSamples(Date.now(), 10));
      await until(
        () => receiver.missing(journal.heads()).length === 0,
        () => [receiver.report(), running.latest()],
      );
      expect(receiver.report()).toMatchObject({ samples: 510, invalid: 0, gaps: 0, presence: 'online', simulated: 1 });
    }
  });

  it('loses nothing while a broker that keeps its sessions is killed and restarted', async () => {
    const lines = ['persistence true', 'persistence_location DIR/', 'autosave_on_changes true', 'autosave_interval 1'];
    const mosquitto = await broker({ lines });
    const receiver = await platform(mosquitto.url);
    const journal = memoryJournal();
    const running = uplink(journal, old(mosquitto.url));
    const write = (): void => {
      journal.addSamples(Date.now(), samples(Date.now(), 50));
      journal.addAlarm(Date.now());
    };
    const writing = setInterval(write, 5);
    cleanups.push(() => clearInterval(writing));
    for (let outage = 1; outage <= 2; outage += 1) {
      const before = receiver.report().records;
      await until(() => receiver.report().records > before + 40, receiver.report);
      await mosquitto.kill('SIGKILL');
      await until(() => running.latest()?.state === 'waiting', running.latest);
      await mosquitto.start();
      await until(() => (running.latest()?.connections ?? 0) > outage, running.latest);
    }
    clearInterval(writing);
    await until(
      () => receiver.missing(journal.heads()).length === 0,
      () => [receiver.report(), running.latest()],
    );
    expect(receiver.report()).toMatchObject({ gaps: 0, invalid: 0 });
    expect(receiver.report().perStream.alarm).toMatchObject({ records: journal.head('alarm'), outOfOrder: 0 });
  });

  it('says which password is refused in the words of its settings', async () => {
    const mosquitto = await broker({ lines: ['allow_anonymous false'] });
    const running = uplink(memoryJournal(), old(mosquitto.url));
    await until(() => running.latest()?.state === 'waiting', running.latest);
    expect(running.latest()?.reason).toMatch(/not authorized \(0x05\); check/);
  });
});

/** Mosquitto 2.0.11 does not start with nothing but WebSocket listeners. */
const webSocketLines = (port: number): string[] => [`listener ${port} 127.0.0.1`, 'protocol websockets'];

describe('uplink over WebSocket', () => {
  it('delivers through ws:// and goes on after the broker was killed', async () => {
    const port = await freePort();
    const mosquitto = await broker({ lines: webSocketLines(port) });
    const url = `ws://127.0.0.1:${port}/mqtt`;
    await until(() => accepts(port));
    const receiver = await platform(url);
    const journal = memoryJournal();
    const running = uplink(journal, receiverOptions(url));
    journal.addAlarm(Date.now());
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
    await mosquitto.kill('SIGKILL');
    await until(() => running.latest()?.state === 'waiting', running.latest);
    journal.addSamples(Date.now(), samples(Date.now(), 100));
    await mosquitto.start();
    await until(() => receiver.missing(journal.heads()).length === 0, running.latest);
    expect(receiver.report()).toMatchObject({ records: 2, invalid: 0, gaps: 0 });
  });

  it('trusts only the configured authority of wss://, and shows its own certificate', async () => {
    const { ca, broker: pair, client } = makeCertificates();
    const port = await freePort();
    await broker({
      files: { 'ca.pem': ca, 'cert.pem': pair.cert, 'key.pem': pair.key },
      lines: [
        ...webSocketLines(port),
        'cafile DIR/ca.pem',
        'certfile DIR/cert.pem',
        'keyfile DIR/key.pem',
        'require_certificate true',
      ],
    });
    const url = `wss://127.0.0.1:${port}/`;
    const tls = { ca, cert: client.cert, key: { reveal: () => client.key } };
    const known = uplink(memoryJournal(), receiverOptions(url, { requireSubscriber: false, tls }));
    await until(() => known.latest()?.state === 'connected', known.latest);
    const stranger = uplink(
      memoryJournal(),
      receiverOptions(url, { clientId: 'stranger', tls: { cert: client.cert, key: tls.key } }),
    );
    await until(() => stranger.latest()?.state === 'waiting', stranger.latest);
    expect(stranger.latest()?.reason).toMatch(/transport\.tls\.ca/);
  });
});

describe('a password that is renewed', () => {
  it('is read again at each connection', async () => {
    const entry = (password: string): string => {
      const file = join(mosquitto.directory, 'made');
      writeFileSync(file, '');
      spawnSync('/usr/bin/mosquitto_passwd', ['-b', file, 'demo', password]);
      return readFileSync(file, 'utf8');
    };
    const mosquitto = await broker({ lines: [] });
    await mosquitto.kill('SIGKILL');
    const passwords = join(mosquitto.directory, 'passwords');
    const token = join(mosquitto.directory, 'token');
    const configuration = join(mosquitto.directory, 'mosquitto.conf');
    const before = readFileSync(configuration, 'utf8').replace('allow_anonymous true', 'allow_anonymous false');
    writeFileSync(configuration, `${before}password_file ${passwords}\n`);
    writeFileSync(passwords, entry('first'));
    writeFileSync(token, 'first');
    await mosquitto.start();
    const options = {
      username: 'demo',
      password: { reveal: () => readFileSync(token, 'utf8') },
      requireSubscriber: false,
    };
    const running = uplink(memoryJournal(), receiverOptions(mosquitto.url, options));
    await until(() => running.latest()?.state === 'connected', running.latest);
    await mosquitto.kill('SIGKILL');
    writeFileSync(passwords, entry('second'));
    await mosquitto.start();
    await until(() => /password|authorized/.test(running.latest()?.reason ?? ''), running.latest);
    writeFileSync(token, 'second');
    await until(() => running.latest()?.state === 'connected', running.latest);
    expect(running.latest()?.reason).toBe('');
  });
});
