import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { configOf, head, loadText, point, siteFolder, source } from './site-folder.ts';

const pem = (kind: 'SM2' | 'Ed25519'): string =>
  (kind === 'SM2'
    ? generateKeyPairSync('ec', { namedCurve: 'SM2' })
    : generateKeyPairSync('ed25519')
  ).privateKey.export({ type: 'pkcs8', format: 'pem' });

const receiver = (rest: string, transport = '{ kind: mqtt, url: "mqtts://h:8883" }'): string =>
  `${head}receivers:\n  - { id: park, transport: ${transport}, ${rest} }\n`;

const receiverOf = (text: string, env = {}) => configOf(loadText(text, { env })).receivers[0];

describe('a receiver', () => {
  it('is told of persons by pseudonym unless it says that it wants nobody', () => {
    expect(receiverOf(receiver(''))?.people).toBeUndefined();
    expect(receiverOf(receiver('people: nobody'))?.people).toBe('nobody');
  });

  it('gets pictures only where the site lets them leave, keeps any, and the event goes before', () => {
    const cameras =
      'sources: [{ id: cam, kind: onvif, host: 192.0.2.7 }]\nevidence: { cameras: [{ source: cam, zones: [a] }] }\n';
    const people = (leaves: boolean) => `people: { retention: 30d, picturesLeave: ${leaves} }\n`;
    const asking = receiver('evidence: { bytesPerMinute: 1MB }');
    expect(receiverOf(asking + cameras + people(true))?.evidence).toEqual({
      clips: false,
      maxBytes: 5e6,
      bytesPerMinute: 1e6,
    });
    const faultsOf = (text: string) => {
      const loaded = loadText(text);
      return loaded.ok ? [] : loaded.errors.map(({ what }) => what);
    };
    expect(faultsOf(asking + cameras + people(false))).toEqual([
      '"park" asks for pictures that may not leave this box',
    ]);
    expect(faultsOf(asking + people(true))).toEqual(['this site keeps no pictures']);
    const others = 'evidence: {}, lanes: { alarm: { streams: [alarm] }, live: { streams: [event, sample] } }';
    expect(faultsOf(receiver(others) + cameras + people(true))).toEqual([
      'stream "event" is not in lanes.alarm.streams',
    ]);
    const dropped = receiver('evidence: {}', '{ kind: file-drop, directory: /srv/out }');
    expect(faultsOf(dropped + cameras + people(true))).toEqual(['pictures over file-drop']);
  });

  it('over HTTPS gets four connections and ten seconds unless it says otherwise', () => {
    const plain = receiverOf(receiver('', '{ kind: https, url: "https://park.example/in/" }'));
    expect(plain?.transport).toEqual({
      kind: 'https',
      url: 'https://park.example/in',
      connections: 4,
      timeoutMs: 10_000,
    });
    const transport = `{ kind: https, url: "http://localhost:8080", token: "\${env:TOKEN}", connections: 8, timeout: 3s, messageSize: 1MB }`;
    const full = receiverOf(receiver('', transport), { TOKEN: 'correct-horse' })?.transport;
    expect(full).toMatchObject({ connections: 8, timeoutMs: 3000, messageBytes: 1_000_000 });
    expect(full?.kind === 'https' && full.login?.kind === 'token' && full.login.token.reveal()).toBe('correct-horse');
    expect(JSON.stringify(full)).not.toContain('correct-horse');
  });

  it('may get files, in a directory beside which the work is done', () => {
    const text = receiver('', '{ kind: file-drop, directory: /srv/out, every: 5s, directorySize: 10MB }');
    expect(receiverOf(text)?.transport).toEqual({
      kind: 'file-drop',
      url: 'file:///srv/out',
      directory: '/srv/out',
      work: '/srv/out.work/demo-park',
      name: 'demo-park',
      everyMs: 5_000,
      directoryBytes: 10_000_000,
      directoryFiles: 20_000,
    });
  });

  it('of MQTT 3.1.1 is warned that nobody tells whether anybody is subscribed', () => {
    const old = (more: string): string => receiver('', `{ kind: mqtt, url: "wss://h/mqtt", version: 3.1.1${more} }`);
    const loaded = loadText(old(''));
    expect(loaded.warnings.map(({ path }) => path)).toEqual(['receivers[0].transport.version']);
    expect(configOf(loaded).receivers[0]?.transport).toMatchObject({ version: '3.1.1', requireSubscriber: false });
    expect(loadText(old(', requireSubscriber: false')).warnings).toEqual([]);
  });

  it('may be a host of Sparkplug, with the site as its edge node', () => {
    const text = (more: string, rest = ''): string =>
      receiver(rest, `{ kind: sparkplug, url: "mqtts://h:8883", group: park${more} }`);
    expect(receiverOf(text(', primaryHost: scada-1'))?.transport).toEqual({
      kind: 'sparkplug',
      url: 'mqtts://h:8883',
      version: 5,
      clientId: 'demo-park',
      keepaliveMs: 30_000,
      requireSubscriber: true,
      group: 'park',
      node: 'demo',
      primaryHost: 'scada-1',
      qos: 1,
    });
    const paths = (yaml: string): string[] => {
      const loaded = loadText(yaml);
      return loaded.ok ? [] : loaded.errors.map(({ path }) => path);
    };
    expect(paths(text(', node: a/b'))).toEqual(['receivers[0].transport.node']);
    expect(paths(text('', 'wire: compact'))).toEqual(['receivers[0].wire']);
  });

  it('over HTTP is known in one way, and may go through a proxy', () => {
    const https = (more: string): string => receiver('', `{ kind: https, url: "https://h/in"${more} }`);
    const env = { S: 'correct-horse' };
    const app = ', appSecret: { appId: site-7, secret: "${env:S}", headers: { id: X-Id } }';
    const proxy = ', proxy: { url: "http://p:3128" }, compression: zstd';
    expect(receiverOf(https(app + proxy), env)?.transport).toMatchObject({
      compression: 'zstd',
      proxy: { url: 'http://p:3128' },
      login: {
        kind: 'app-secret',
        appId: 'site-7',
        algorithm: 'HMAC-SM3',
        headers: { id: 'x-id', timestamp: 'x-timestamp', nonce: 'x-nonce', signature: 'x-signature' },
      },
    });
    const paths = (text: string): string[] => {
      const loaded = loadText(text, { env });
      return loaded.ok ? [] : loaded.errors.map(({ path }) => path);
    };
    expect(paths(https(`${app}, token: "\${env:S}"`))).toEqual(['receivers[0].transport.appSecret']);
    expect(paths(https(', username: fw'))).toEqual(['receivers[0].transport.username']);
    expect(paths(https(', proxy: { url: "http://me:secret@p:3128" }'))).toEqual(['receivers[0].transport.proxy.url']);
    const oauth2 = ', oauth2: { tokenUrl: "http://login/token", clientId: a, clientSecret: "${env:S}" }';
    expect(paths(https(oauth2))).toEqual(['receivers[0].transport.oauth2.tokenUrl']);
  });

  it('may be InfluxDB, by either interface', () => {
    const influx = (more: string, rest = ''): string =>
      receiver(rest, `{ kind: influx, url: "https://h:8086", bucket: plant${more} }`);
    expect(receiverOf(influx(', org: site'))?.transport).toEqual({
      kind: 'influx',
      url: 'https://h:8086',
      api: 'v2',
      bucket: 'plant',
      org: 'site',
      measurement: 'firewatch',
      connections: 4,
      timeoutMs: 10_000,
    });
    const paths = (text: string): string[] => {
      const loaded = loadText(text);
      return loaded.ok ? [] : loaded.errors.map(({ path }) => path);
    };
    expect(paths(influx(', api: v1, org: site'))).toEqual(['receivers[0].transport.org']);
    expect(paths(influx(', measurement: "a b"'))).toEqual(['receivers[0].transport.measurement']);
    expect(paths(influx('', 'wire: compact'))).toEqual(['receivers[0].wire']);
  });

  it('may answer for itself over MQTT, on a topic of the site where none is written', () => {
    const mqtt = (more: string): string =>
      receiver('', `{ kind: mqtt, url: "mqtts://h:8883", acknowledgement: { ${more} } }`);
    const acknowledgement = { topic: 'firewatch/demo/acknowledged', withinMs: 10_000 };
    expect(receiverOf(mqtt(''))?.transport).toMatchObject({ acknowledgement });
    const own = { topic: 'park/answers', withinMs: 60_000 };
    expect(receiverOf(mqtt('topic: park/answers, within: 1m'))?.transport).toMatchObject({ acknowledgement: own });
    const loaded = loadText(mqtt('topic: "park/+"'));
    expect(loaded.ok ? [] : loaded.errors.map(({ path }) => path)).toEqual([
      'receivers[0].transport.acknowledgement.topic',
    ]);
  });

  it('may be a Kafka cluster', () => {
    const kafka = (url: string, more = ''): string => receiver('', `{ kind: kafka, url: "${url}"${more} }`);
    expect(receiverOf(kafka('kafkas://a:9093', ', otherUrls: ["kafkas://b:9093"]'))?.transport).toEqual({
      kind: 'kafka',
      url: 'kafkas://a:9093',
      otherUrls: ['kafkas://b:9093'],
      clientId: 'demo-park',
      topicPrefix: 'firewatch',
      compression: 'none',
      messageBytes: 1_000_000,
      timeoutMs: 10_000,
    });
    const paths = (text: string): string[] => {
      const loaded = loadText(text, { env: { S: 'correct-horse' } });
      return loaded.ok ? [] : loaded.errors.map(({ path }) => path);
    };
    const plain = ', sasl: { mechanism: PLAIN, username: fw, password: "${env:S}" }';
    expect(paths(kafka('kafkas://a:9093', plain))).toEqual([]);
    expect(paths(kafka('kafka://a:9092', plain))).toEqual(['receivers[0].transport.sasl.mechanism']);
    expect(paths(kafka('kafka://a:9092', ', sasl: { username: fw }'))).toEqual(['receivers[0].transport.sasl']);
    expect(paths(kafka('kafkas://a:9093', ', otherUrls: ["kafka://b:9092"]'))).toEqual([
      'receivers[0].transport.otherUrls[0]',
    ]);
  });

  it('may be a NATS cluster', () => {
    const transport = `{ kind: nats, url: "tls://a:4222", otherUrls: ["tls://b:4222"], credentials: "\${env:CREDS}", stream: SITES }`;
    const read = receiverOf(receiver('', transport), { CREDS: 'a-jwt' })?.transport;
    expect(read).toMatchObject({
      kind: 'nats',
      url: 'tls://a:4222',
      otherUrls: ['tls://b:4222'],
      name: 'demo-park',
      subjectPrefix: 'firewatch',
      stream: 'SITES',
      timeoutMs: 10_000,
    });
    expect(read?.kind === 'nats' && read.credentials?.reveal()).toBe('a-jwt');
  });

  it('may send at some times of day only, so many bytes a minute, and aggregates', () => {
    const lanes = `lanes: { live: { windows: ["06:30-22:00"] }, backfill: { windows: ["22:00-06:00"] }, bytesPerMinute: 1MB }`;
    const timeZone = 'Asia/Shanghai';
    expect(receiverOf(receiver(`${lanes}, sampling: { mode: aggregate, every: 60s }`))).toMatchObject({
      lanes: {
        live: { windows: { timeZone, spans: [{ from: 390, to: 1320 }] } },
        backfill: { windows: { timeZone, spans: [{ from: 1320, to: 360 }] } },
        bytesPerMinute: 1_000_000,
      },
      sampling: { mode: 'aggregate', everyMs: 60_000, values: ['mean', 'min', 'max', 'count'] },
    });
  });

  it('may speak HJ 212, for the points that have a code and without an alarm lane', () => {
    const points = `${source}points:\n${point('R.t', 'kind: temperature, unit: °C')}`;
    const transport = `{ kind: hj212, url: "tcp://10.0.0.1:9001", st: "31", mn: A1, password: "\${env:PW}", points: [{ point: R.t, code: a01012 }] }`;
    const read = receiverOf(receiver('', transport).replace(head, head + points), { PW: 'correct-horse' });
    expect(read).toMatchObject({
      transport: {
        host: '10.0.0.1',
        port: 9001,
        timeoutMs: 5_000,
        retries: 3,
        timeZone: 'Asia/Shanghai',
        points: [{ point: 'R.t', code: 'a01012', factor: 1, decimals: 3 }],
        simulated: 'refuse',
      },
      lanes: { alarm: { streams: [] }, live: { streams: ['sample'] } },
      filter: { points: ['R.t'] },
    });
  });

  it('may be compact, filtered and thinned', () => {
    const points = `${source}points:\n${point('R.t', 'kind: temperature, unit: °C, zone: z1')}`;
    const rest = `wire: compact, filter: { streams: [sample], points: ["R.*"], zones: [z1], regulatorCodes: any }, sampling: { mode: on-change, deadband: 0.01 }`;
    expect(receiverOf(receiver(rest).replace(head, head + points))).toMatchObject({
      wire: 'compact',
      filter: { streams: ['sample'], points: ['R.*'], zones: ['z1'], regulatorCodes: 'any' },
      sampling: { mode: 'on-change', deadband: 0.01, atLeastEveryMs: 60_000 },
    });
    expect(receiverOf(receiver('sampling: { mode: interval, every: 5s }'))?.sampling).toEqual({
      mode: 'interval',
      everyMs: 5000,
    });
  });

  it('is warned of a filter that no point fits', () => {
    const points = `${source}points:\n${point('R.t', 'kind: temperature, unit: °C, zone: z1')}`;
    const loaded = loadText(receiver('filter: { points: ["X*"], zones: [z2] }').replace(head, head + points));
    expect(loaded.warnings.map(({ path, what }) => `${path} ${what}`)).toEqual([
      'receivers[0].filter.points[0] "X*" fits no point',
      'receivers[0].filter.zones[0] "z2" fits no point',
    ]);
  });

  it.each([
    ['sign', 'HMAC-SM3', '00'.repeat(16)],
    ['sign', 'HMAC-SHA-256', Buffer.alloc(32, 7).toString('base64')],
    ['sign', 'SM2', pem('SM2')],
    ['sign', 'Ed25519', pem('Ed25519')],
    ['encrypt', 'SM4-GCM', '0a'.repeat(16)],
    ['encrypt', 'AES-256-GCM', '0a'.repeat(32)],
  ])('may %s with %s and a key that fits, which is never printed', (use, algorithm, key) => {
    const root = siteFolder({
      'site.yaml': receiver(`seal: { ${use}: { algorithm: ${algorithm}, keyId: k1, key: "\${file:seal.key}" } }`),
      'seal.key': `${key}\n`,
    });
    const seal = configOf(loadSite(join(root, 'site.yaml'), { kinds: drivers, env: {} })).receivers[0]?.seal;
    expect(seal).toMatchObject({ [use]: { algorithm, keyId: 'k1' } });
    expect((seal?.sign ?? seal?.encrypt)?.key.reveal().trim()).toBe(key.trim());
    expect(JSON.stringify(seal)).toContain('[secret]');
  });

  it('does not give a key away that does not fit', () => {
    const loaded = loadText(receiver('seal: { encrypt: { algorithm: AES-256-GCM, keyId: k, key: "${env:SEAL}" } }'), {
      env: { SEAL: 'abad1deaabad1deaabad1deaabad1dea' },
    });
    const said = loaded.ok ? [] : loaded.errors.map(formatFinding);
    expect(said).toEqual([expect.stringMatching(/seal\.encrypt\.key: \$\{env:SEAL\} leads to a key of 16 bytes/)]);
    expect(said.join('')).not.toContain('abad1dea');
  });
});
