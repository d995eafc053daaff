import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { startCommand } from '#agent/cli/demo/child-lines.ts';
import type { SiteReport } from '#agent/line/tally.ts';
import { startHttpEndpoint } from '#simulators/receiver/http-endpoint.ts';
import type { Posted } from '#simulators/receiver/http-endpoint.ts';
import { createLedger } from '#simulators/receiver/ledger.ts';
import { createMessageCheck } from '#simulators/receiver/message-check.ts';
import type { Trust } from '#simulators/receiver/message-check.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import type { CatalogMessage, RecordMessage, SampleMessage } from '#simulators/receiver/wire.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { makeCertificates } from '#test/agent/uplink/test-certificates.ts';
import { siteFolder } from '#test/config/site-folder.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
}, 180_000);

/** Nobody answers at the port of its one source: it has an alarm, and samples that say so. */
const plant = `site: { id: demo }
sources:
  - { id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: 1 } }
points:
  - { id: R.t, source: plc, address: "holding:0 uint16", kind: temperature, unit: °C }
  - { id: X.t, source: plc, address: "holding:1 uint16", kind: temperature, unit: °C }
`;

/** `firewatch run` as a process of its own; `stop` gives its receiver time for the rest, and hands out the last report. */
function run(receiver: string, files: Readonly<Record<string, string>> = {}) {
  const root = siteFolder({ 'site.yaml': `${plant}receivers:\n  - ${receiver}\n`, ...files });
  const start = () => {
    let report: SiteReport | undefined;
    const child = startCommand(
      ['run', join(root, 'site.yaml'), '--json', '--report', '200ms', '--drain', '20s'],
      (line) => {
        if ((line as { type: string }).type !== 'ready') report = line as SiteReport;
      },
    );
    cleanups.push(() => child.stop(25_000));
    const stop = async (): Promise<SiteReport> => {
      await child.stop(25_000);
      if (!report) throw new Error(`no report: ${child.lastWords()}`);
      return report;
    };
    return { report: () => report, words: child.lastWords, stop };
  };
  return { start };
}

/** A platform that believes nothing, and counts. */
async function platform(trust: Trust, refuses: (posted: Posted) => boolean = () => false) {
  const { ca, broker } = makeCertificates();
  const check = createMessageCheck(trust);
  const records: RecordMessage[] = [];
  const ledgers = new Map<string, ReturnType<typeof createLedger>>();
  const seen = { faults: [] as string[], tokens: new Set<string | undefined>(), encryptions: new Set<string>() };
  const endpoint = await startHttpEndpoint((posted) => {
    const { path, payload, contentType, properties, authorization } = posted;
    if (refuses(posted)) return 422;
    const [prefix, site = '', ...topic] = path.split('/');
    const at = { site, topic: topic.join('/') };
    const checked = check({ ...at, payload, contentType, userProperties: properties });
    seen.tokens.add(authorization);
    seen.encryptions.add(properties['encryption'] ?? 'none');
    if (prefix !== 'in') seen.faults.push(`posted to ${path}`);
    if (checked.type === 'invalid') seen.faults.push(checked.why);
    if (checked.type === 'stream') {
      const ledger = ledgers.get(checked.message.stream) ?? createLedger();
      ledgers.set(checked.message.stream, ledger);
      ledger.enter(checked.message);
      if ('body' in checked.message) records.push(checked.message);
    }
    return checked.type === 'invalid' ? 422 : 204;
  }, broker);
  cleanups.push(endpoint.stop);
  return { url: `https://127.0.0.1:${endpoint.port}/in`, ca, records, seen, ledgers };
}

const transportOf = (url: string): string =>
  `{ kind: https, url: "${url}", token: "\${file:token}", tls: { ca: ca.pem }, connections: 2, timeout: 5s }`;

describe('firewatch run', () => {
  it('reports over HTTPS, encrypted with SM4 and signed with SM2', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'SM2' });
    const secret = '00112233445566778899aabbccddeeff';
    const keys = { e1: secret, s1: publicKey.export({ type: 'spki', format: 'pem' }) };
    const { url, ca, records, seen, ledgers } = await platform({ keys, mustBeSigned: true });
    const site = run(
      `{ id: park, transport: ${transportOf(url)}, seal: { encrypt: { algorithm: SM4-GCM, keyId: e1, key: "\${file:e.key}" }, sign: { algorithm: SM2, keyId: s1, key: "\${file:s.pem}" } } }`,
      {
        'ca.pem': ca,
        token: 't0ken\n',
        'e.key': `${secret}\n`,
        's.pem': privateKey.export({ type: 'pkcs8', format: 'pem' }),
      },
    ).start();
    const sent = () => new Set(records.map(({ stream }) => stream));
    await until(
      () => sent().has('alarm') && sent().has('sample'),
      () => [...sent(), site.words()],
    );
    const { journal } = await site.stop();

    expect(seen).toEqual({
      faults: [],
      tokens: new Set(['Bearer t0ken']),
      encryptions: new Set(['SM4-GCM']),
    });
    expect(journal.streams.alarm.head).toBeGreaterThan(0);
    for (const stream of ['alarm', 'sample'] as const)
      expect(ledgers.get(stream)?.missing(journal.streams[stream].head)).toEqual([]);
  }, 180_000);

  it('reports compactly over MQTT and leaves out what the filter does', async () => {
    const texts: { topic: string; text: string }[] = [];
    const zstd = Buffer.from('28b52ffd', 'hex');
    const receiver = await startReceiver({
      topicPrefix: 'firewatch',
      embeddedBroker: { port: 0 },
      refuse: (topic, payload) => {
        const plain = payload.subarray(0, zstd.length).equals(zstd) ? zstdDecompressSync(payload) : payload;
        texts.push({ topic, text: plain.toString() });
        return undefined;
      },
    });
    cleanups.push(receiver.stop);
    const url = `mqtt://127.0.0.1:${receiver.port}`;
    const site = run(
      `{ id: park, transport: { kind: mqtt, url: "${url}" }, wire: compact, filter: { points: ["R.*"] }, sampling: { mode: interval, every: 1h } }`,
    ).start();
    await until(
      () => receiver.report().samples > 0 && receiver.report().alarms.length > 0,
      () => site.words(),
    );
    const { journal } = await site.stop();

    const heads = Object.fromEntries(Object.entries(journal.streams).map(([stream, { head }]) => [stream, head]));
    expect(receiver.missing(heads)).toEqual([]);
    expect(receiver.report()).toMatchObject({ invalid: 0, gaps: 0, faults: [] });
    const bodies = (part: string) => texts.filter(({ topic }) => topic.includes(part));
    const [catalog] = bodies('/catalog/').map(({ text }) => JSON.parse(text) as CatalogMessage);
    const samples = bodies('/sample').map(({ text }) => JSON.parse(text) as SampleMessage);
    const names = samples.flatMap(({ body }) => (body ? namesIn(body, catalog) : []));
    expect(new Set(names)).toEqual(new Set(['R.t']));
    expect(catalog?.points.length).toBeGreaterThan(0);
    expect(new Set(samples.flatMap(({ body }) => body?.catalog ?? []))).toEqual(new Set([catalog?.catalog]));
  }, 180_000);

  it('tells in one gap, once for all restarts, what a receiver would not take', async () => {
    const { url, ca, records } = await platform({}, ({ idempotencyKey }) => idempotencyKey === 'demo/alarm/1');
    const site = run(`{ id: park, transport: ${transportOf(url)} }`, { 'ca.pem': ca, token: 't0ken' });
    const gaps = () =>
      records.filter(({ stream, body }) => stream === 'gap' && 'reason' in body && body.reason === 'quarantined');
    const first = site.start();
    await until(
      () => gaps().length > 0,
      () => first.words(),
    );
    await first.stop();
    const second = site.start();
    await until(() => second.report()?.uplinks.some(({ quarantine }) => quarantine.length > 0) ?? false);
    const { journal } = await second.stop();

    expect(gaps().map(({ body }) => body)).toEqual([
      expect.objectContaining({ records: { stream: 'alarm', first: 1, last: 1 } }),
    ]);
    expect(journal.streams.gap.head, 'and that the agent was stopped').toBeGreaterThan(1);
  }, 180_000);
});

/** Points of the samples in one message, each once. */
function namesIn({ points, point }: SampleMessage['body'], catalog: CatalogMessage | undefined): string[] {
  const known = [...(catalog?.points.map(({ id }) => id) ?? []), ...points];
  let place = 0;
  return point.map((step) => known[(place += step)] ?? 'nowhere');
}
