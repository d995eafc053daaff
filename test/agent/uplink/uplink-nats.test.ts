import { afterEach, describe, expect, it } from 'vitest';
import type { NatsOptions, ReceiverOptions } from '#agent/model/receiver.ts';
import { createLedger } from '#simulators/receiver/ledger.ts';
import { createMessageCheck } from '#simulators/receiver/message-check.ts';
import { openNatsEndpoint } from '#simulators/receiver/nats-endpoint.ts';
import { receiverOptions, runUplink, type RunningUplink } from './harness.ts';
import { memoryJournal, samples, simulatedSamples } from './memory-journal.ts';
import { until } from './mosquitto.ts';
import { type NatsServer, startNatsCluster, startNatsServer } from './nats-server.ts';
import { makeCertificates } from './test-certificates.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function server(...parts: Parameters<typeof startNatsServer>): Promise<NatsServer> {
  const started = await startNatsServer(...parts);
  cleanups.push(() => started.stop());
  return started;
}

async function makeStream(
  { url }: NatsServer,
  more: { max_msg_size?: number; num_replicas?: number } = {},
): Promise<void> {
  const endpoint = await openNatsEndpoint(url, 'firewatch');
  await endpoint.makeStream(more);
  await endpoint.close();
}

/** What the platform finds in its stream: checked, and accounted for. */
async function found({ url }: NatsServer) {
  const endpoint = await openNatsEndpoint(url, 'firewatch');
  const stored = await endpoint.stored();
  await endpoint.close();
  const check = createMessageCheck({ keys: { k1: key } });
  const ledgers = { alarm: createLedger(), sample: createLedger() };
  const faults: string[] = [];
  const presence: string[] = [];
  for (const { delivered } of stored) {
    const checked = check(delivered);
    if (checked.type === 'invalid') faults.push(checked.why);
    if (checked.type === 'presence') presence.push(checked.message.state);
    if (checked.type === 'stream') ledgers[checked.message.stream as keyof typeof ledgers].enter(checked.message);
  }
  const ids = stored.map(({ id }) => id).filter((id) => id !== '');
  return { ledgers, faults, presence, ids };
}

const key = '00112233445566778899aabbccddeeff';

const receiver = (url: string, changes: Partial<NatsOptions> = {}): ReceiverOptions => ({
  ...receiverOptions('mqtt://none'),
  transport: {
    kind: 'nats',
    url,
    otherUrls: [],
    name: 'h2o2-demo-park',
    subjectPrefix: 'firewatch',
    timeoutMs: 2_000,
    ...changes,
  },
});

function uplink(...parts: Parameters<typeof runUplink>): RunningUplink {
  const running = runUplink(...parts);
  cleanups.push(running.close);
  return running;
}

const isDrained = (running: RunningUplink): boolean =>
  running.latest()?.lanes.every(({ lagRecords }) => lagRecords === 0) ?? false;

describe('uplink to JetStream', () => {
  it('stores every record once, sealed and compressed, with its id as message id', async () => {
    const nats = await server();
    await makeStream(nats);
    const journal = memoryJournal();
    for (let count = 0; count < 10; count += 1) journal.addAlarm(Date.now());
    journal.addSamples(Date.now(), samples(Date.now(), 900));
    journal.addSamples(Date.now(), simulatedSamples(Date.now(), 5));
    const seal = { sign: { algorithm: 'HMAC-SM3', keyId: 'k1', key: { reveal: () => key } } } as const;
    const running = uplink(journal, { ...receiver(nats.url), wire: 'compact', seal }, { points: [] });
    await until(() => isDrained(running), running.latest);
    running.close();
    await until(async () => (await found(nats)).presence.includes('stopped'), running.latest);
    const { ledgers, faults, presence, ids } = await found(nats);
    expect(faults).toEqual([]);
    expect(ledgers.alarm.missing(10)).toEqual([]);
    expect(ledgers.sample.missing(2)).toEqual([]);
    expect(presence).toEqual(['online', 'stopped']);
    expect(ids).toContain('h2o2-demo/alarm/10');
  });

  it('loses nothing and doubles nothing while the server is killed and restarted', async () => {
    const nats = await server();
    await makeStream(nats);
    const journal = memoryJournal();
    const running = uplink(journal, receiver(nats.url));
    const writing = setInterval(() => {
      journal.addSamples(Date.now(), samples(Date.now(), 50));
      journal.addAlarm(Date.now());
    }, 5);
    cleanups.push(() => clearInterval(writing));
    const acknowledged = (): number => running.latest()?.lanes[0]?.acknowledged ?? 0;
    for (let outage = 1; outage <= 3; outage += 1) {
      const before = acknowledged();
      await until(() => acknowledged() > before + 20, running.latest);
      await nats.kill('SIGKILL');
      await until(() => running.latest()?.state === 'waiting', running.latest);
      await nats.start();
      await until(() => (running.latest()?.connections ?? 0) > outage, running.latest);
    }
    clearInterval(writing);
    await until(() => isDrained(running), running.latest);
    const { ledgers, faults, ids } = await found(nats);
    expect(faults).toEqual([]);
    expect(ledgers.alarm.missing(journal.head('alarm'))).toEqual([]);
    expect(ledgers.sample.missing(journal.head('sample'))).toEqual([]);
    // Some ten seconds are sent again after each outage; the stream knows their ids.
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(journal.head('alarm') + journal.head('sample'));
  });

  it('loses nothing and doubles nothing while a cluster of three loses one server after another', async () => {
    const cluster = await startNatsCluster();
    cleanups.push(() => Promise.all(cluster.map((each) => each.stop())));
    const [first, second, third] = cluster;
    if (!first || !second || !third) throw new Error('three servers were asked for');
    // Until a leader is chosen, JetStream answers nobody.
    await until(() =>
      makeStream(first, { num_replicas: 3 }).then(
        () => true,
        () => false,
      ),
    );
    const journal = memoryJournal();
    const running = uplink(journal, receiver(first.url, { otherUrls: [second.url, third.url], timeoutMs: 1_000 }));
    const writing = setInterval(() => journal.addAlarm(Date.now()), 10);
    cleanups.push(() => clearInterval(writing));
    const acknowledged = (): number => running.latest()?.lanes[0]?.acknowledged ?? 0;
    for (const each of [first, second]) {
      const before = acknowledged();
      await until(() => acknowledged() > before + 20, running.latest);
      await each.kill('SIGKILL');
      const after = acknowledged();
      await until(() => acknowledged() > after + 20, running.latest);
      await each.start();
    }
    clearInterval(writing);
    await until(() => isDrained(running), running.latest);
    let read = await found(third);
    // A replica that catches up may give out a part first.
    await until(async () => {
      read = await found(third);
      return read.ids.length >= journal.head('alarm');
    });
    const { ledgers, ids } = read;
    expect(ledgers.alarm.missing(journal.head('alarm'))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  }, 180_000);

  it('notices a server that is frozen, and goes on when it thaws', async () => {
    const nats = await server();
    await makeStream(nats);
    const journal = memoryJournal();
    const running = uplink(journal, receiver(nats.url, { timeoutMs: 300 }));
    await until(() => running.latest()?.state === 'connected', running.latest);
    await nats.freeze();
    journal.addAlarm(Date.now());
    await until(() => running.latest()?.state === 'waiting', running.latest);
    expect(running.latest()?.reason).toMatch(/no acknowledgement in time/);
    nats.thaw();
    await until(() => isDrained(running), running.latest);
    expect((await found(nats)).ledgers.alarm.missing(1)).toEqual([]);
  });

  it('waits while no stream takes its messages, and says what to create', async () => {
    const nats = await server();
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    const running = uplink(journal, receiver(nats.url));
    await until(() => /create a stream for/.test(running.latest()?.reason ?? ''), running.latest);
    await makeStream(nats);
    await until(() => isDrained(running), running.latest);
    expect((await found(nats)).ledgers.alarm.missing(1)).toEqual([]);
  });

  it('puts a message that the stream will never take into quarantine, and goes on with the next', async () => {
    const nats = await server();
    await makeStream(nats, { max_msg_size: 1_500 });
    const journal = memoryJournal();
    const now = Date.now();
    journal.add({ stream: 'event', time: now, body: { time: now, kind: 'note', text: 'x'.repeat(3_000), flags: 0 } });
    journal.addAlarm(now);
    const running = uplink(journal, receiver(nats.url));
    await until(() => isDrained(running), running.latest);
    expect(running.latest()?.quarantine).toMatchObject([{ stream: 'event', seq: 1, reason: /exceeds/ }]);
  });

  it('insists on TLS and a known authority, and says which setting does not fit', async () => {
    const { ca, broker, client } = makeCertificates();
    const nats = await server(
      [
        'tls { cert_file: "DIR/cert.pem", key_file: "DIR/key.pem", ca_file: "DIR/ca.pem", verify: true }',
        'authorization { user: demo, password: correct }',
      ],
      { 'ca.pem': ca, 'cert.pem': broker.cert, 'key.pem': broker.key },
    );
    const url = nats.url.replace('nats:', 'tls:');
    const tls = { ca, cert: client.cert, key: { reveal: () => client.key } };
    const user = { username: 'demo', password: { reveal: () => 'correct' } };
    const reasonOf = async (changes: Partial<NatsOptions>, expected: RegExp): Promise<void> => {
      const running = uplink(memoryJournal(), receiver(url, changes));
      await until(() => expected.test(running.latest()?.reason ?? ''), running.latest);
      running.close();
    };
    await reasonOf({ tls, ...user }, /create a stream for/);
    await reasonOf({ tls: { cert: tls.cert, key: tls.key }, ...user }, /transport\.tls\.ca/);
    await reasonOf(
      { tls, ...user, password: { reveal: () => 'wrong' } },
      /transport\.username and transport\.password/,
    );
  });
});
