import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import type { HttpsOptions, ReceiverOptions } from '#agent/model/receiver.ts';
import { firewatchJson } from '#agent/uplink/profiles/firewatch-json.ts';
import { httpsTransport } from '#agent/uplink/transports/https.ts';
import type { Link } from '#agent/uplink/transports/transport.ts';
import { type HttpEndpoint, startHttpEndpoint } from '#simulators/receiver/http-endpoint.ts';
import { startHttpProxy } from '#simulators/receiver/http-proxy.ts';
import { receiverOptions, runUplink, site, type RunningUplink } from './harness.ts';
import { openLine } from './line.ts';
import { memoryJournal, samples } from './memory-journal.ts';
import { until } from './mosquitto.ts';
import { makeCertificates } from './test-certificates.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

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

const isDrained = (running: RunningUplink): boolean =>
  running.latest()?.lanes.every(({ lagRecords }) => lagRecords === 0) ?? false;

/** Gives out tokens that live so long, and none to a wrong secret. */
async function tokenServer(lifeS: number) {
  const forms: string[] = [];
  const server = createServer((request, response) => {
    let form = '';
    request.on('data', (bytes: Buffer) => (form += bytes.toString()));
    request.on('end', () => {
      const isKnown = request.headers.authorization === `Basic ${Buffer.from('site:s%3Acret').toString('base64')}`;
      forms.push(form);
      response.statusCode = isKnown ? 200 : 401;
      response.end(
        JSON.stringify(
          isKnown
            ? { access_token: `token-${forms.length}`, token_type: 'Bearer', expires_in: lifeS }
            : { error: 'invalid_client' },
        ),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/token`, forms };
}

const oauth2 = (tokenUrl: string, secret = 's:cret') =>
  ({ kind: 'oauth2', tokenUrl, clientId: 'site', clientSecret: { reveal: () => secret }, scope: 'records' }) as const;

describe('uplink over HTTPS', () => {
  it.each(['gzip', 'zstd'] as const)('compresses larger bodies as %s', async (compression) => {
    const bodies: { readonly encoding: string | undefined; readonly payload: Buffer }[] = [];
    const { port } = await endpoint(({ payload, contentEncoding }) => {
      bodies.push({ encoding: contentEncoding, payload });
      return 204;
    });
    const journal = memoryJournal();
    journal.addSamples(Date.now(), samples(Date.now(), 300));
    const running = uplink(journal, receiver(`http://127.0.0.1:${port}`, { compression }));
    await until(() => isDrained(running), running.latest);
    const dense = bodies.filter(({ encoding }) => encoding === compression);
    expect(dense).toHaveLength(1);
    const plain = (compression === 'gzip' ? gunzipSync : zstdDecompressSync)(dense[0]?.payload ?? Buffer.alloc(0));
    expect(JSON.parse(plain.toString())).toMatchObject({ id: 'h2o2-demo/sample/1' });
    expect(plain.length).toBeGreaterThan(3 * (dense[0]?.payload.length ?? Infinity));
  });

  it('fetches one token by client credentials, uses it for all, and another when it is refused', async () => {
    const tokens = await tokenServer(3_600);
    const seen = new Map<string, number>();
    let withdrawn = '';
    const { port } = await endpoint(({ authorization = '' }) => {
      seen.set(authorization, (seen.get(authorization) ?? 0) + 1);
      return authorization === withdrawn || authorization === '' ? 401 : 204;
    });
    const journal = memoryJournal();
    for (let count = 0; count < 10; count += 1) journal.addAlarm(Date.now());
    const running = uplink(journal, receiver(`http://127.0.0.1:${port}`, { login: oauth2(tokens.url) }));
    await until(() => isDrained(running), running.latest);
    expect([...seen.keys()]).toEqual(['Bearer token-1']);
    expect(tokens.forms).toEqual(['grant_type=client_credentials&scope=records']);
    withdrawn = 'Bearer token-1';
    journal.addAlarm(Date.now());
    await until(() => running.latest()?.lanes[0]?.acknowledged === 11, running.latest);
    expect([...seen.keys()]).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(running.latest()).toMatchObject({ connections: 1, reason: '' });
  });

  it('fetches a token anew before it ends', async () => {
    const tokens = await tokenServer(0.001);
    const { port } = await endpoint(() => 204);
    const journal = memoryJournal();
    const running = uplink(journal, receiver(`http://127.0.0.1:${port}`, { login: oauth2(tokens.url) }));
    await until(() => running.latest()?.state === 'connected', running.latest);
    journal.addAlarm(Date.now());
    await until(() => isDrained(running) && tokens.forms.length > 1, running.latest);
  });

  it('says that the credentials are wrong, without showing them', async () => {
    const tokens = await tokenServer(3_600);
    const { port } = await endpoint(() => 204);
    const running = uplink(
      memoryJournal(),
      receiver(`http://127.0.0.1:${port}`, { login: oauth2(tokens.url, 'wrong') }),
    );
    await until(() => running.latest()?.state === 'waiting', running.latest);
    expect(running.latest()?.reason).toMatch(
      /answered 401 without a token \(invalid_client\); check transport\.oauth2/,
    );
    expect(running.latest()?.reason).not.toContain('wrong');
  });

  it('signs each request with id, time, nonce and the digest of its body', async () => {
    const nonces = new Set<string | undefined>();
    const verdicts = new Set<boolean>();
    const { port } = await endpoint(({ path, payload, headers }) => {
      nonces.add(headers['x-nonce']);
      const ofBody = createHash('sm3').update(payload).digest('hex');
      const told = ['park-7', headers['x-timestamp'], headers['x-nonce'], 'POST', `/${path}`, ofBody].join('\n');
      verdicts.add(headers['x-sign'] === createHmac('sm3', 'app-secret').update(told).digest('hex'));
      return headers['x-app-id'] === 'park-7' ? 204 : 401;
    });
    const journal = memoryJournal();
    for (let count = 0; count < 5; count += 1) journal.addAlarm(Date.now());
    const login = {
      kind: 'app-secret',
      appId: 'park-7',
      secret: { reveal: () => 'app-secret' },
      algorithm: 'HMAC-SM3',
      headers: { id: 'x-app-id', timestamp: 'x-timestamp', nonce: 'x-nonce', signature: 'x-sign' },
    } as const;
    const running = uplink(journal, receiver(`http://127.0.0.1:${port}`, { login }));
    await until(() => isDrained(running), running.latest);
    expect(verdicts).toEqual(new Set([true]));
    expect(nonces.size).toBe(6);
  });

  it('goes through a proxy by CONNECT, its own certificate check intact', async () => {
    const { ca, broker } = makeCertificates();
    const paths: string[] = [];
    const { port } = await endpoint(({ path }) => {
      paths.push(path);
      return 204;
    }, broker);
    const proxy = await startHttpProxy({ username: 'site', password: 'p@ss word' });
    cleanups.push(() => proxy.stop());
    const through = (password: string) => ({
      url: `http://127.0.0.1:${proxy.port}`,
      username: 'site',
      password: { reveal: () => password },
    });
    const url = `https://127.0.0.1:${port}`;
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    const running = uplink(journal, receiver(url, { tls: { ca }, proxy: through('p@ss word') }));
    await until(() => isDrained(running), running.latest);
    expect(paths).toContain('h2o2-demo/alarm');
    expect(new Set(proxy.asked)).toEqual(new Set([`127.0.0.1:${port}`]));
    const refused = uplink(memoryJournal(), receiver(url, { tls: { ca }, proxy: through('wrong') }));
    await until(() => /407/.test(refused.latest()?.reason ?? ''), refused.latest);
    const distrusted = uplink(memoryJournal(), receiver(url, { proxy: through('p@ss word') }));
    await until(() => /transport\.tls\.ca/.test(distrusted.latest()?.reason ?? ''), distrusted.latest);
  });

  it('looks the name up anew for each connection, so that a platform may move', async () => {
    const arrived: string[] = [];
    const one = await endpoint(() => (arrived.push('one'), 204));
    const other = await startHttpEndpoint(() => (arrived.push('other'), 204), undefined, one.port, '127.0.0.2');
    cleanups.push(other.stop);
    let address = '127.0.0.1';
    const profile = firewatchJson(site);
    const transport = httpsTransport({
      ...profile,
      options: { kind: 'https', url: `http://platform.invalid:${one.port}`, connections: 2, timeoutMs: 2_000 },
      site: site.id,
      clock: systemClock,
      lookup: (_host, _options, found) => found(null, [{ address, family: 4 }]),
    });
    const connect = (): Promise<Link> =>
      new Promise((resolve, reject) => {
        const subscription = transport.link$.subscribe({ next: resolve, error: reject });
        cleanups.push(() => subscription.unsubscribe());
      });
    await connect();
    expect(arrived).toEqual(['one']);
    address = '127.0.0.2';
    await connect();
    expect(arrived).toEqual(['one', 'other']);
  });

  it('gets through a slow line by smaller messages', async () => {
    const ids = new Set<string | undefined>();
    let count = 0;
    const { port } = await endpoint(({ payload, idempotencyKey }) => {
      const { body } = JSON.parse(payload.toString()) as { body?: { point?: number[] } };
      if (!ids.has(idempotencyKey)) count += body?.point?.length ?? 0;
      ids.add(idempotencyKey);
      return 204;
    });
    const line = await openLine(port, 30_000);
    cleanups.push(line.close);
    const journal = memoryJournal();
    journal.addSamples(Date.now(), samples(Date.now(), 2_000));
    const running = uplink(journal, receiver(`http://127.0.0.1:${line.port}`, { timeoutMs: 700 }));
    await until(
      () => isDrained(running),
      () => [running.latest(), count],
    );
    expect(count).toBeGreaterThanOrEqual(2_000);
    expect(running.latest()?.quarantine).toEqual([]);
  });
});
