import { DataType, StatusCodes, VariantArrayType, coerceLocalizedText } from 'node-opcua';
import { afterEach, expect, test, vi } from 'vitest';
import { hasFlag } from '#agent/model/flags.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { contextOf, eventually, record } from './recorder.ts';
import type { Points, Recorder } from './recorder.ts';
import { double, startTestServer } from './test-server.ts';
import type { TestServer, TestServerOptions } from './test-server.ts';

const uri = 'urn:plant';
const quick = { publishingInterval: '100ms', keepAlive: '1s' };
const running: { stop: () => unknown }[] = [];
afterEach(async () => {
  for (const each of running.splice(0).toReversed()) await each.stop();
});

async function serve(
  tags: Readonly<Record<string, TestServerOptions['tags'][number]['value']>>,
  options: Partial<TestServerOptions> = {},
): Promise<TestServer> {
  const server = await startTestServer({
    uris: [uri],
    tags: Object.entries(tags).map(([id, value]) => ({ uri, id, value })),
    ...options,
  });
  running.push(server);
  return server;
}

async function watch(server: TestServer, points: Points, options: Record<string, unknown> = {}): Promise<Recorder> {
  const run = record({ endpoint: server.endpoint, ...quick, ...options }, await contextOf(points));
  running.push(run);
  return run;
}

test('delivers every change in order, with source and receive time', async () => {
  const server = await serve({ T: double(0) });
  const run = await watch(server, { T: `nsu=${uri};s=T` }, { samplingInterval: '0ms', queueSize: 100 });
  await eventually(() => server.monitored() === 2);
  const start = Date.now() - 60_000;
  for (let step = 1; step <= 20; step += 1) server.set('T', double(step), StatusCodes.Good, new Date(start + step));
  await run.until(() => run.samples().length >= 21, 'all changes');
  const samples = run.samples().slice(1);
  expect(samples.map(({ value }) => value)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  expect(samples.map(({ sourceTime }) => sourceTime - start)).toEqual(samples.map(({ value }) => value));
  for (const { receiveTime } of samples) expect(receiveTime).toBeGreaterThan(start + 50_000);
});

test('turns status codes into quality with reason and raw code', async () => {
  const server = await serve({ T: double(1) });
  const run = await watch(server, { T: `nsu=${uri};s=T` });
  await run.until(() => run.samples().length > 0, 'a value');
  server.set('T', double(1), StatusCodes.BadSensorFailure);
  await run.until(() => run.samples().at(-1)?.quality.level === 'bad', 'bad quality');
  expect(run.samples().at(-1)?.quality).toEqual({ level: 'bad', reason: 'sensor-fault', raw: 0x808c0000 });
  server.set('T', double(5), StatusCodes.GoodLocalOverride);
  await run.until(() => run.samples().at(-1)?.value === 5, 'the value set by hand');
  const forced = run.samples().at(-1);
  expect(forced?.quality).toEqual({ level: 'good', raw: 0x00960000 });
  expect(hasFlag(forced?.flags ?? 0, 'forced')).toBe(true);
});

test('marks every sample and event of a simulator, good or bad', async () => {
  const server = await serve({ T: double(1) }, { manufacturer: `${SIMULATOR_VENDOR} (plant)` });
  const run = await watch(server, { T: `nsu=${uri};s=T`, X: `nsu=${uri};s=gone`, Y: 'nsu=urn:gone;s=T' });
  await run.until(() => ['T', 'X', 'Y'].every((point) => run.samples(point).length > 0), 'all points');
  await run.until(() => run.events('opcua.nodes-refused').length > 0, 'the refusal');
  for (const { flags } of run.samples()) expect(hasFlag(flags, 'sim')).toBe(true);
  for (const { flags } of run.events('opcua.nodes-refused')) expect(hasFlag(flags, 'sim')).toBe(true);
});

test('marks nothing as simulated that comes from a real vendor', async () => {
  const server = await serve({ T: double(1) });
  const run = await watch(server, { T: `nsu=${uri};s=T` });
  await run.until(() => run.samples().length > 0, 'a value');
  expect(run.samples()[0]?.flags).toBe(0);
});

test('one unknown node never blocks the others, and comes by itself when it appears', async () => {
  const server = await serve({ T: double(1), U: double(2) });
  const run = await watch(
    server,
    { T: `nsu=${uri};s=T`, Late: `nsu=${uri};s=Late`, U: `nsu=${uri};s=U` },
    { retryBadNodes: '1s' },
  );
  await run.until(() => run.samples('Late').length > 0 && run.samples('U').length > 0, 'every point');
  expect(run.samples('T')[0]).toMatchObject({ value: 1, quality: { level: 'good' } });
  expect(run.samples('U')[0]).toMatchObject({ value: 2, quality: { level: 'good' } });
  expect(run.samples('Late')[0]).toMatchObject({ value: null, quality: { reason: 'no-such-address' } });
  const addressSpace = server.server.engine.addressSpace;
  const namespace = addressSpace?.getNamespace(uri);
  const late = namespace?.addVariable({
    componentOf: addressSpace?.rootFolder.objects.server ?? '',
    nodeId: 's=Late',
    browseName: 'Late',
    dataType: 'Double',
  });
  late?.setValueFromSource(double(3));
  await run.until(() => run.samples('Late').at(-1)?.value === 3, 'the late node');
});

test('respects the operation limits of the server for reading and monitoring', async () => {
  const ids = Array.from({ length: 250 }, (_, index) => `T${index}`);
  const server = await serve(Object.fromEntries(ids.map((id, index) => [id, double(index)])), {
    server: {
      serverCapabilities: { operationLimits: { maxNodesPerRead: 20, maxMonitoredItemsPerCall: 30 } },
    },
  });
  const run = await watch(server, Object.fromEntries(ids.map((id) => [id, `nsu=${uri};s=${id}`])));
  await run.until(() => run.samples().length >= 250, 'all values');
  expect(
    run
      .samples()
      .slice(0, 250)
      .map(({ value }) => value),
  ).toEqual(ids.map((_, index) => index));
  for (const id of ids) server.set(id, double(1000));
  await run.until(() => ids.every((id) => run.samples(id).at(-1)?.value === 1000), 'all changes');
});

test('reads arrays, texts and booleans by path, and says decode where a path leads nowhere', async () => {
  const server = await serve({
    Trend: { dataType: DataType.Double, arrayType: VariantArrayType.Array, value: [1, 2, 3] },
    Name: { dataType: DataType.LocalizedText, value: coerceLocalizedText('反应釜') },
    Run: { dataType: DataType.Boolean, value: true },
  });
  const run = await watch(server, {
    third: `nsu=${uri};s=Trend#[2]`,
    first: { node: `nsu=${uri};s=Trend`, path: '[0]' },
    ninth: `nsu=${uri};s=Trend#[8]`,
    whole: `nsu=${uri};s=Trend`,
    name: `nsu=${uri};s=Name`,
    run: `nsu=${uri};s=Run`,
  });
  await run.until(() => run.samples().length >= 6, 'all points');
  const values = Object.fromEntries(run.samples().map(({ point, value, quality }) => [point, value ?? quality.reason]));
  expect(values).toEqual({ third: 3, first: 1, ninth: 'decode', whole: 'decode', name: '反应釜', run: true });
});

test('a queue that overflowed is flagged and told as an event', async () => {
  const server = await serve({ T: double(0) });
  const run = await watch(
    server,
    { T: `nsu=${uri};s=T` },
    { samplingInterval: '0ms', queueSize: 3, publishingInterval: '500ms' },
  );
  await eventually(() => server.monitored() === 2);
  for (let step = 1; step <= 20; step += 1) server.set('T', double(step));
  await run.until(() => run.events('opcua.queue-overflow').length > 0, 'the overflow');
  expect(run.samples().some(({ flags }) => hasFlag(flags, 'overflow'))).toBe(true);
  expect(run.samples().at(-1)?.value).toBe(20);
});

test('prints nothing on the console', async () => {
  const spies = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) => vi.spyOn(console, name));
  const server = await serve({ T: double(1) });
  for (const spy of spies) spy.mockClear();
  const run = await watch(server, { T: `nsu=${uri};s=T`, X: `nsu=${uri};s=gone` });
  await run.until(() => run.samples('T').length > 0, 'a value');
  await server.stop();
  running.splice(running.indexOf(server), 1);
  await run.failed;
  for (const spy of spies) {
    expect(spy.mock.calls).toEqual([]);
    spy.mockRestore();
  }
});

test('tells what the server says of itself', async () => {
  const server = await serve({ T: double(1) });
  const run = await watch(server, { T: `nsu=${uri};s=T` });
  await run.until(() => run.signals.some(({ type }) => type === 'device'), 'facts');
  const facts = run.signals.flatMap((signal) => (signal.type === 'device' ? [signal.facts] : []))[0];
  expect(facts).toMatchObject({ vendor: 'ACME', product: 'test server' });
  expect(facts?.['namespaces']).toContain(uri);
});
