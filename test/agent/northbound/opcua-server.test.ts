import { mkdtempSync, readdirSync, rmSync, mkdirSync, renameSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AttributeIds,
  type ClientSession,
  type DataValue,
  DataType,
  MessageSecurityMode,
  OPCUACertificateManager,
  OPCUAClient,
  type OPCUAClientOptions,
  SecurityPolicy,
  StatusCodes,
  type UserIdentityInfo,
  UserTokenType,
} from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId, siteId, sourceId } from '#agent/model/ids.ts';
import type { OpcuaServerOptions } from '#agent/model/northbound.ts';
import type { Point } from '#agent/model/point.ts';
import { bad, GOOD, uncertain } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { type RunningOpcuaServer, startOpcuaServer } from '#agent/northbound/opcua-server.ts';
import { contextOf, record } from '../../drivers/opcua/recorder.ts';
import { until } from '../uplink/mosquitto.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const point = (id: string, more: Partial<Point> = {}): Point => ({
  id: pointId(id),
  source: sourceId('dcs'),
  kind: 'temperature',
  name: id,
  unit: '°C',
  staleAfterMs: 10_000,
  safetyRole: 'none',
  ...more,
});

const plantPoints: readonly Point[] = [
  point('T-101', { name: '反应釜温度', range: { low: 0, high: 200 }, regulatorCode: '310000001' }),
  point('T-102'),
  point('V-1', { kind: 'state', unit: '', source: sourceId('plc') }),
  point('M-1', { kind: 'text', unit: '' }),
];

/** The client's words for a connection that the server ends, or a session that it does not give. */
const REFUSED = /Bad|reject|abort|clos|disconnect|denied|end ?point|identity/i;

const NOW = Date.parse('2026-03-01T08:00:00.123Z');
const sample = (id: string, value: Sample['value'], more: Partial<Sample> = {}): Sample => ({
  point: pointId(id),
  value,
  quality: GOOD,
  sourceTime: NOW,
  receiveTime: NOW + 40,
  flags: 0,
  ...more,
});

/** A site that stands still but for what the test sets. */
function plant() {
  const latest = new Map<string, Sample>();
  let points = plantPoints;
  return {
    port: {
      site: { id: siteId('h2o2-demo'), name: '双氧水装置' },
      points: () => points,
      latest: (id: string) => latest.get(id),
    },
    set: (...samples: readonly Sample[]) => samples.forEach((each) => latest.set(each.point, each)),
    become: (next: readonly Point[]) => {
      points = next;
    },
  };
}

interface Served {
  readonly server: RunningOpcuaServer;
  readonly directory: string;
}

async function serve(
  port: ReturnType<typeof plant>['port'],
  changes: Partial<OpcuaServerOptions> = {},
): Promise<Served> {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-northbound-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  const troubles: unknown[] = [];
  const server = await startOpcuaServer({
    port,
    directory,
    version: '0.0.0',
    onTrouble: (text, cause) => troubles.push([text, cause]),
    options: {
      host: '127.0.0.1',
      port: 0,
      security: 'none',
      policies: ['Basic256Sha256'],
      users: [],
      maxSessions: 5,
      everyMs: 50,
      ...changes,
    },
  });
  cleanups.push(async () => {
    await server.stop();
    expect(troubles).toEqual([]);
  });
  return { server, directory };
}

async function client(
  url: string,
  options: OPCUAClientOptions = {},
  identity?: UserIdentityInfo,
): Promise<ClientSession> {
  const opened = OPCUAClient.create({
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
    ...options,
  });
  cleanups.push(() => opened.disconnect());
  await opened.connect(url);
  const session = await opened.createSession(identity);
  cleanups.push(() => session.close());
  return session;
}

const node = (session: ClientSession, id: string): string =>
  `ns=${session.getNamespaceIndex('urn:firewatch:h2o2-demo')};s=${id}`;

async function read(session: ClientSession, id: string, attributeId = AttributeIds.Value): Promise<DataValue> {
  await session.readNamespaceArray();
  return session.read({ nodeId: node(session, id), attributeId });
}

test('an MES reads value, status, source time, unit, range and code of a point', async () => {
  const { port, set } = plant();
  set(sample('T-101', 81.5), sample('V-1', true), sample('M-1', 'run'));
  const { server } = await serve(port);
  const session = await client(server.url);
  const value = await read(session, 'T-101');
  expect(value.value).toMatchObject({ dataType: DataType.Double, value: 81.5 });
  expect(value.statusCode).toBe(StatusCodes.Good);
  expect(value.sourceTimestamp?.getTime()).toBe(NOW);
  expect((await read(session, 'T-101', AttributeIds.DisplayName)).value.value.text).toBe('反应釜温度');
  expect((await read(session, 'T-101/EngineeringUnits')).value.value.displayName.text).toBe('°C');
  expect((await read(session, 'T-101/EURange')).value.value).toMatchObject({ low: 0, high: 200 });
  expect((await read(session, 'T-101/RegulatorCode')).value.value).toBe('310000001');
  expect((await read(session, 'T-101/Simulated')).value.value).toBe(false);
  expect((await read(session, 'T-101/ReceiveTime')).value.value.getTime()).toBe(NOW + 40);
  expect((await read(session, 'V-1')).value).toMatchObject({ dataType: DataType.Boolean, value: true });
  set(sample('V-1', 3));
  await until(async () => (await read(session, 'V-1')).value.value === 3);
  expect((await read(session, 'V-1')).value.dataType).toBe(DataType.Double);
  expect((await read(session, 'M-1')).value).toMatchObject({ dataType: DataType.String, value: 'run' });
});

test('a value that is not good has a status and a reason that say so', async () => {
  const { port, set } = plant();
  const { server } = await serve(port);
  const session = await client(server.url);
  const cases = [
    [sample('T-101', null, { quality: bad('comm-lost', 11) }), 'BadNoCommunication', 'bad comm-lost'],
    [
      sample('T-101', 250, { quality: uncertain('over-range') }),
      'UncertainEngineeringUnitsExceeded',
      'uncertain over-range',
    ],
    [sample('T-101', 5, { quality: uncertain('stale') }), 'UncertainLastUsableValue', 'uncertain stale'],
    [
      sample('T-101', 5, { quality: bad('server:BadTooManyOperations') }),
      'BadTooManyOperations',
      'bad server:BadTooManyOperations',
    ],
    [sample('T-101', 5, { quality: bad('server:GoodNoData') }), 'Bad', 'bad server:GoodNoData'],
    [sample('T-101', 5, { flags: Flag.sim }), 'UncertainSimulatedValue', 'good'],
    [sample('T-101', 5, { flags: Flag.forced }), 'GoodLocalOverride', 'good'],
  ] as const;
  expect((await read(session, 'T-101')).statusCode).toBe(StatusCodes.BadWaitingForInitialData);
  for (const [shown, status, quality] of cases) {
    set(shown);
    await until(async () => (await read(session, 'T-101')).statusCode.name.startsWith(status));
    await until(
      async () => (await read(session, 'T-101/Quality')).value.value === quality,
      () => quality,
    );
  }
});

test('a simulated value is marked as such, and real ones beside it are not', async () => {
  const { port, set } = plant();
  set(sample('T-101', 1, { flags: Flag.sim }), sample('T-102', 2));
  const { server } = await serve(port);
  const session = await client(server.url);
  expect((await read(session, 'T-101/Simulated')).value.value).toBe(true);
  expect((await read(session, 'T-102/Simulated')).value.value).toBe(false);
  expect((await read(session, 'T-102')).statusCode).toBe(StatusCodes.Good);
});

test('nothing can be written, neither values nor properties', async () => {
  const { port, set } = plant();
  set(sample('T-101', 81.5));
  const { server } = await serve(port);
  const session = await client(server.url);
  await session.readNamespaceArray();
  for (const id of ['T-101', 'V-1', 'M-1', 'T-101/EURange', 'T-101/Simulated'])
    for (const attributeId of [AttributeIds.Value, AttributeIds.DisplayName, AttributeIds.AccessLevel]) {
      const status = await session.write({
        nodeId: node(session, id),
        attributeId,
        value: { value: { dataType: DataType.Double, value: 99 } },
      });
      expect([id, status.name.startsWith('Bad')]).toEqual([id, true]);
    }
  expect((await read(session, 'T-101')).value.value).toBe(81.5);
});

test("the project's own driver reads the same truth, and its watch sees every change", async () => {
  const { port, set } = plant();
  set(sample('T-101', 1), sample('T-102', 250, { quality: uncertain('over-range') }));
  const { server } = await serve(port);
  const uri = 'urn:firewatch:h2o2-demo';
  const run = record(
    { endpoint: server.url, publishingInterval: '50ms', samplingInterval: '0ms', queueSize: 100, keepAlive: '1s' },
    await contextOf({ 'T-101': `nsu=${uri};s=T-101`, 'T-102': `nsu=${uri};s=T-102` }),
  );
  cleanups.push(() => run.stop());
  await run.until(() => new Set(run.samples().map((each) => each.point)).size === 2, 'both points');
  const second = run.samples().find((each) => each.point === 'T-102');
  expect(second).toMatchObject({ value: 250, sourceTime: NOW, quality: { level: 'uncertain', reason: 'over-range' } });
  set(sample('T-101', 2, { sourceTime: NOW + 1_000 }));
  await run.until(
    () => run.samples().some(({ value, sourceTime }) => value === 2 && sourceTime === NOW + 1_000),
    'the change',
  );
  set(sample('T-101', null, { quality: bad('sensor-fault') }));
  await run.until(() => run.samples().at(-1)?.quality.reason === 'sensor-fault', 'the fault');
});

test('a point that the site gains appears, one that it loses is gone', async () => {
  const { port, set, become } = plant();
  const { server } = await serve(port);
  const session = await client(server.url);
  expect((await read(session, 'T-102')).statusCode.name).toBe('BadWaitingForInitialData');
  set(sample('T-200', 7));
  become([...plantPoints.filter(({ id }) => id !== 'T-102'), point('T-200')]);
  await until(async () => (await read(session, 'T-200')).value?.value === 7);
  expect((await read(session, 'T-102')).statusCode.name).toBe('BadNodeIdUnknown');
});

test('no more clients are taken than are allowed, and one that leaves makes room', async () => {
  const { port } = plant();
  const { server } = await serve(port, { maxSessions: 2 });
  const first = await client(server.url);
  await client(server.url);
  await expect(client(server.url)).rejects.toThrow(/TooMany|closed|rejected|disconnect/i);
  await first.close();
  await until(() => server.sessions() === 1);
  await client(server.url);
  expect(server.sessions()).toBe(2);
});

test('bytes that make no sense end their own connection and nobody else is disturbed', async () => {
  const { port, set } = plant();
  set(sample('T-101', 1));
  const { server } = await serve(port);
  const session = await client(server.url);
  for (const noise of [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    Buffer.alloc(64, 0xff),
    Buffer.from('HELF\xff\xff\xff\x7f', 'latin1'),
  ]) {
    const socket = connect(Number(new URL(server.url.replace('opc.tcp', 'http')).port), '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write(noise);
    setTimeout(() => socket.destroy(), 500);
    await closed;
  }
  expect((await read(session, 'T-101')).value.value).toBe(1);
});

test('encrypted, it takes a client whose certificate is trusted and whose password is right, and no other', async () => {
  const { port, set } = plant();
  set(sample('T-101', 1));
  const { server, directory } = await serve(port, {
    security: 'encrypted',
    users: [{ name: 'mes', password: { reveal: () => 'correct-horse' } }],
  });
  const own = mkdtempSync(join(tmpdir(), 'firewatch-mes-'));
  cleanups.push(() => rmSync(own, { recursive: true, force: true }));
  const clientCertificateManager = new OPCUACertificateManager({
    rootFolder: join(own, 'pki'),
    automaticallyAcceptUnknownCertificate: true,
    disableFileWatchers: true,
  });
  const secure = {
    securityMode: MessageSecurityMode.SignAndEncrypt,
    securityPolicy: SecurityPolicy.Basic256Sha256,
    clientCertificateManager,
  };
  const user = (password: string): UserIdentityInfo => ({ type: UserTokenType.UserName, userName: 'mes', password });
  await expect(client(server.url, secure, user('correct-horse'))).rejects.toThrow(REFUSED);
  const rejected = join(directory, 'pki', 'rejected');
  const trusted = join(directory, 'pki', 'trusted', 'certs');
  await until(() => readdirSync(rejected).length > 0);
  mkdirSync(trusted, { recursive: true });
  await until(async () => {
    // The library may put a certificate back that is moved while it judges it: then it is moved again.
    for (const name of readdirSync(rejected)) renameSync(join(rejected, name), join(trusted, name));
    const session = await client(server.url, secure, user('correct-horse')).catch(() => undefined);
    return session !== undefined && (await read(session, 'T-101')).value.value === 1;
  });
  await expect(client(server.url, secure, user('wrong'))).rejects.toThrow(REFUSED);
  await expect(client(server.url, secure)).rejects.toThrow(REFUSED);
  await expect(client(server.url)).rejects.toThrow(REFUSED);
});
