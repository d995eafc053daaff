import { afterEach, describe, expect, it } from 'vitest';
import type { HttpsOptions, ReceiverOptions } from '#agent/model/receiver.ts';
import { type HttpEndpoint, type Posted, startHttpEndpoint } from '#simulators/receiver/http-endpoint.ts';
import { createLedger } from '#simulators/receiver/ledger.ts';
import { createMessageCheck } from '#simulators/receiver/message-check.ts';
import { receiverOptions, runUplink, site, type RunningUplink } from './harness.ts';
import { memoryJournal, samples } from './memory-journal.ts';
import { until } from './mosquitto.ts';
import { makeCertificates } from './test-certificates.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const key = '00112233445566778899aabbccddeeff';

/** A platform that checks what is posted and accounts for its alarms. */
function platform() {
  const check = createMessageCheck({ keys: { k1: key } });
  const ledgers = { alarm: createLedger(), sample: createLedger() };
  const faults: string[] = [];
  const take = ({ path, payload, contentType, properties }: Posted): number => {
    const [name = '', ...topic] = path.split('/');
    const checked = check({ site: name, topic: topic.join('/'), payload, contentType, userProperties: properties });
    if (checked.type === 'invalid') faults.push(checked.why);
    if (checked.type === 'stream') ledgers[checked.message.stream as 'alarm' | 'sample'].enter(checked.message);
    return checked.type === 'invalid' ? 422 : 204;
  };
  return { take, ledgers, faults };
}

async function endpoint(...parts: Parameters<typeof startHttpEndpoint>): Promise<HttpEndpoint> {
  const started = await startHttpEndpoint(...parts);
  cleanups.push(started.stop);
  return started;
}

const receiver = (url: string, changes: Partial<HttpsOptions> = {}): ReceiverOptions => ({
  ...receiverOptions('mqtt://none'),
  transport: { kind: 'https', url, connections: 4, timeoutMs: 2_000, ...changes },
});

function uplink(...parts: Parameters<typeof runUplink>): RunningUplink {
  const running = runUplink(...parts);
  cleanups.push(running.close);
  return running;
}

describe('uplink over HTTPS', () => {
  it('delivers records through failures of the platform, each with its id as idempotency key', async () => {
    const { take, ledgers, faults } = platform();
    const keys = new Set<string>();
    let posts = 0;
    const { port } = await endpoint((posted) => {
      posts += 1;
      if (posts % 7 === 0) return 503;
      if (posted.idempotencyKey) keys.add(posted.idempotencyKey);
      return take(posted);
    });
    const journal = memoryJournal();
    for (let count = 0; count < 20; count += 1) journal.addAlarm(Date.now());
    journal.addSamples(Date.now(), samples(Date.now(), 200));
    const running = uplink(journal, receiver(`http://127.0.0.1:${port}`));
    await until(() => ledgers.alarm.missing(20).length === 0 && ledgers.sample.missing(1).length === 0, running.latest);
    expect(faults).toEqual([]);
    expect(ledgers.alarm.state()).toMatchObject({ records: 20 });
    expect(keys).toContain(`${site.id}/alarm/20`);
  });

  it('carries seal and compression in headers', async () => {
    const { take, ledgers, faults } = platform();
    const { port } = await endpoint(take);
    const journal = memoryJournal();
    journal.addSamples(Date.now(), samples(Date.now(), 900));
    const seal = { sign: { algorithm: 'HMAC-SM3', keyId: 'k1', key: { reveal: () => key } } } as const;
    const running = uplink(journal, { ...receiver(`http://127.0.0.1:${port}`), wire: 'compact', seal });
    await until(() => ledgers.sample.missing(1).length === 0, running.latest);
    expect(faults).toEqual([]);
  });

  it('trusts only the configured authority, and sends its token', async () => {
    const { ca, broker } = makeCertificates();
    const tokens = new Set<string | undefined>();
    const { port } = await endpoint(({ authorization }) => {
      tokens.add(authorization);
      return 200;
    }, broker);
    const url = `https://127.0.0.1:${port}/upload`;
    const known = uplink(
      memoryJournal(),
      receiver(url, { tls: { ca }, login: { kind: 'token', scheme: 'Bearer', token: { reveal: () => 't0ken' } } }),
    );
    await until(() => known.latest()?.state === 'connected', known.latest);
    expect(tokens).toEqual(new Set(['Bearer t0ken']));
    const unknown = uplink(memoryJournal(), receiver(url));
    await until(() => unknown.latest()?.state === 'waiting', unknown.latest);
    expect(unknown.latest()?.reason).toMatch(/transport\.tls\.ca/);
  });

  it('puts what the platform calls unprocessable into quarantine', async () => {
    const { take, ledgers } = platform();
    const { port } = await endpoint((posted) => (posted.idempotencyKey?.endsWith('alarm/2') ? 422 : take(posted)));
    const journal = memoryJournal();
    for (let count = 0; count < 3; count += 1) journal.addAlarm(Date.now());
    const running = uplink(journal, receiver(`http://127.0.0.1:${port}`));
    await until(() => ledgers.alarm.missing(3).length === 0, running.latest);
    expect(ledgers.alarm.state()).toMatchObject({ records: 2, skipped: { quarantined: 1 } });
  });

  it.each([
    [401, /401.*check the token/],
    [404, /404.*check transport\.url/],
    [503, /503/],
  ])('says what to do about an answer %i', async (status, reason) => {
    const { port } = await endpoint(() => status);
    const running = uplink(memoryJournal(), receiver(`http://127.0.0.1:${port}`));
    await until(() => running.latest()?.state === 'waiting', running.latest);
    expect(running.latest()?.reason).toMatch(reason);
  });

  it('gives up a request that is never answered, and tries again', async () => {
    const { take, ledgers } = platform();
    let isSilent = true;
    const { port } = await endpoint((posted) => (isSilent ? undefined : take(posted)));
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    const running = uplink(journal, receiver(`http://127.0.0.1:${port}`, { timeoutMs: 100 }));
    await until(() => running.latest()?.state === 'waiting', running.latest);
    expect(running.latest()?.reason).toMatch(/no answer within 100 ms/);
    isSilent = false;
    await until(() => ledgers.alarm.missing(1).length === 0, running.latest);
  });
});
