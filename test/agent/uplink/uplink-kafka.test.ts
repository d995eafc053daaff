import { afterEach, describe, expect, it } from 'vitest';
import type { KafkaOptions, ReceiverOptions } from '#agent/model/receiver.ts';
import { type KafkaBroker, type KafkaBrokerOptions, startKafkaBroker } from '#simulators/receiver/kafka/broker.ts';
import { KafkaError } from '#simulators/receiver/kafka/partition-log.ts';
import { crc32c } from '#simulators/receiver/kafka/record-batch.ts';
import { createLedger } from '#simulators/receiver/ledger.ts';
import { createMessageCheck } from '#simulators/receiver/message-check.ts';
import { receiverOptions, runUplink, type RunningUplink } from './harness.ts';
import { memoryJournal, samples } from './memory-journal.ts';
import { freePort, until } from './mosquitto.ts';
import { makeCertificates } from './test-certificates.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const streams = ['alarm', 'event', 'gap', 'audit', 'sample', 'presence', 'catalog'];
const topics = Object.fromEntries(streams.map((stream) => [`firewatch.${stream}`, 3]));

async function broker(options: Partial<KafkaBrokerOptions> = {}): Promise<KafkaBroker> {
  const started = await startKafkaBroker({ topics, ...options });
  cleanups.push(() => started.stop());
  return started;
}

const receiver = (
  port: number,
  changes: Partial<KafkaOptions> = {},
  rest: Partial<ReceiverOptions> = {},
): ReceiverOptions => ({
  ...receiverOptions('mqtt://none'),
  transport: {
    kind: 'kafka',
    url: `kafka://127.0.0.1:${port}`,
    otherUrls: [],
    clientId: 'h2o2-demo-park',
    topicPrefix: 'firewatch',
    compression: 'none',
    messageBytes: 1_000_000,
    timeoutMs: 2_000,
    ...changes,
  },
  ...rest,
});

function uplink(...parts: Parameters<typeof runUplink>): RunningUplink {
  const running = runUplink(...parts);
  cleanups.push(running.close);
  return running;
}

/** What a platform makes of all that stands in the topics: checked against the published schemas, accounted by number. */
function accounted(kafka: KafkaBroker) {
  const check = createMessageCheck({ keys: {} });
  const ledgers = { alarm: createLedger(), sample: createLedger() };
  const faults: string[] = [];
  for (const topic of ['firewatch.catalog', 'firewatch.alarm', 'firewatch.sample'])
    for (const { key = '', value, headers } of kafka.records(topic)) {
      const [site = '', ...rest] = key.split('/');
      const { 'content-type': contentType, ...userProperties } = headers;
      const checked = check({ site, topic: rest.join('/'), payload: value, contentType, userProperties });
      if (checked.type === 'invalid') faults.push(checked.why);
      if (checked.type === 'stream') ledgers[checked.message.stream as 'alarm' | 'sample'].enter(checked.message);
    }
  return { ...ledgers, faults };
}

const hasAll = (kafka: KafkaBroker, { alarm, sample }: { alarm: number; sample: number }): boolean => {
  const { alarm: alarms, sample: blocks } = accounted(kafka);
  return alarms.missing(alarm).length === 0 && blocks.missing(sample).length === 0;
};

describe('the simulated broker', () => {
  it('checks batches by CRC-32C', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  });
});

describe('an uplink through Kafka', () => {
  it('publishes every record with its id, a stream in one partition, acknowledged by all replicas', async () => {
    const kafka = await broker();
    const journal = memoryJournal();
    for (let count = 0; count < 20; count += 1) journal.addAlarm(Date.now());
    journal.addSamples(Date.now(), samples(Date.now(), 200));
    const running = uplink(journal, receiver(kafka.port));
    await until(() => hasAll(kafka, { alarm: 20, sample: 1 }), running.latest);
    const alarms = kafka.records('firewatch.alarm');
    expect(alarms.map(({ headers }) => headers['id'])).toEqual(
      Array.from({ length: 20 }, (_, index) => `h2o2-demo/alarm/${index + 1}`),
    );
    expect(new Set(alarms.map(({ key }) => key))).toEqual(new Set(['h2o2-demo/alarm']));
    expect(alarms[0]?.headers).toMatchObject({ site: 'h2o2-demo', sim: 'false', schema: 'firewatch-json/alarm/1' });
    expect(accounted(kafka).faults).toEqual([]);
    expect(kafka.faults).toEqual([]);
    expect(kafka.acks).toEqual(new Set([-1]));
    running.close();
    await until(
      () => kafka.records('firewatch.presence').length === 2,
      () => kafka.records('firewatch.presence'),
    );
    expect(String(kafka.records('firewatch.presence')[1]?.value)).toContain('stopped');
  });

  it('carries the compact wire and compressed batches', async () => {
    const kafka = await broker();
    const journal = memoryJournal();
    journal.addSamples(Date.now(), samples(Date.now(), 900));
    const running = uplink(journal, receiver(kafka.port, { compression: 'zstd' }, { wire: 'compact' }), { points: [] });
    await until(
      () => hasAll(kafka, { alarm: 0, sample: 1 }),
      () => [running.latest(), accounted(kafka).faults],
    );
    expect(kafka.faults).toEqual([]);
  });

  it('stores nothing twice when the connection goes after a batch was stored and before it was acknowledged', async () => {
    const kafka = await broker();
    const journal = memoryJournal();
    const running = uplink(journal, receiver(kafka.port));
    await until(() => running.latest()?.state === 'connected', running.latest);
    kafka.behave('cut-after', 1);
    for (let count = 0; count < 10; count += 1) journal.addAlarm(Date.now());
    await until(() => running.latest()?.lanes[0]?.acknowledged === 10, running.latest);
    expect(kafka.repeats()).toBeGreaterThanOrEqual(1);
    expect(kafka.records('firewatch.alarm')).toHaveLength(10);
  });

  it.each([
    ['another broker leads', KafkaError.notLeaderOrFollower],
    ['replicas are missing', KafkaError.notEnoughReplicas],
    ['it is cut off', 'cut-before'],
  ] as const)('loses nothing and keeps order while %s', async (_what, how) => {
    const kafka = await broker();
    const journal = memoryJournal();
    const running = uplink(journal, receiver(kafka.port));
    await until(() => running.latest()?.state === 'connected', running.latest);
    kafka.behave(how, 6);
    for (let count = 0; count < 30; count += 1) journal.addAlarm(Date.now());
    await until(() => running.latest()?.lanes[0]?.acknowledged === 30, running.latest);
    const seen = kafka.records('firewatch.alarm').map(({ headers }) => Number(headers['id']?.split('/').at(-1)));
    expect([...new Set(seen)]).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(kafka.faults).toEqual([]);
  });

  it('goes on when a broker is restarted, and one that is frozen is noticed', async () => {
    const port = await freePort();
    const first = await broker({ port });
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    const running = uplink(journal, receiver(port, { timeoutMs: 500 }), { tuning: { ackTimeoutMs: 1_500 } });
    await until(() => hasAll(first, { alarm: 1, sample: 0 }), running.latest);
    first.freeze(true);
    journal.addAlarm(Date.now());
    await until(() => running.latest()?.state === 'waiting', running.latest);
    expect(running.latest()?.lanes[0]?.acknowledged).toBeLessThan(2);
    await first.stop();
    const second = await broker({ port });
    journal.addAlarm(Date.now());
    await until(() => running.latest()?.lanes[0]?.acknowledged === 3, running.latest);
    const ids = new Set(second.records('firewatch.alarm').map(({ headers }) => headers['id']));
    expect(ids).toContain('h2o2-demo/alarm/2');
    expect(ids).toContain('h2o2-demo/alarm/3');
  });

  it('puts what is too large for the topic into quarantine, and nothing beside it', async () => {
    const kafka = await broker({ maxBytes: 3_000 });
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    journal.add({
      stream: 'audit',
      time: Date.now(),
      body: { time: Date.now(), who: 'li', action: 'note', what: 'x'.repeat(5_000) },
    });
    journal.addAlarm(Date.now());
    const running = uplink(journal, receiver(kafka.port));
    await until(() => (running.latest()?.quarantine.length ?? 0) === 1, running.latest);
    expect(running.latest()?.quarantine).toMatchObject([{ stream: 'audit', seq: 1 }]);
    expect(running.latest()?.quarantine[0]?.reason).toMatch(/MESSAGE_TOO_LARGE/);
    await until(() => hasAll(kafka, { alarm: 2, sample: 0 }), running.latest);
  });

  it('says what is missing or refused', async () => {
    const empty = await broker({ topics: { 'firewatch.presence': 1 } });
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    const unknown = uplink(journal, receiver(empty.port));
    await until(() => /create the topics/.test(unknown.latest()?.reason ?? ''), unknown.latest);
    const kafka = await broker();
    kafka.behave(KafkaError.topicAuthorizationFailed, 1_000);
    const refused = uplink(memoryJournal(), receiver(kafka.port));
    await until(() => /allow writing to <topicPrefix>/.test(refused.latest()?.reason ?? ''), refused.latest);
    const nobody = uplink(memoryJournal(), receiver(await freePort()));
    await until(() => /nothing listens there/.test(nobody.latest()?.reason ?? ''), nobody.latest);
  });

  it('logs in over TLS, trusts only the configured authority, and says that a password is wrong', async () => {
    const { ca, broker: certificate } = makeCertificates();
    const login = { username: 'site', password: 'correct-horse' };
    const kafka = await broker({ tls: certificate, login });
    const secure = (password: string, tls = { ca }): ReceiverOptions =>
      receiver(kafka.port, {
        url: `kafkas://127.0.0.1:${kafka.port}`,
        tls,
        sasl: { mechanism: 'PLAIN', username: 'site', password: { reveal: () => password } },
      });
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    const running = uplink(journal, secure('correct-horse'));
    await until(() => hasAll(kafka, { alarm: 1, sample: 0 }), running.latest);
    expect(kafka.logins.length).toBeGreaterThan(0);
    const wrong = uplink(memoryJournal(), secure('wrong'));
    await until(() => /check transport\.sasl/.test(wrong.latest()?.reason ?? ''), wrong.latest);
    expect(JSON.stringify(wrong.reports)).not.toContain('"wrong"');
    const { ca: other } = makeCertificates();
    const distrusting = uplink(memoryJournal(), secure('correct-horse', { ca: other }));
    await until(() => /transport\.tls\.ca/.test(distrusting.latest()?.reason ?? ''), distrusting.latest);
  });
});
