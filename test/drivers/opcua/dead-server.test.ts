import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { opcua } from '#drivers/opcua/driver.ts';
import { contextOf, eventually, record } from './recorder.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { double, startTestServer } from './test-server.ts';

const uri = 'urn:plant';
const running: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop();
});

const quick = { publishingInterval: '100ms', keepAlive: '500ms', connectTimeout: '1s', requestTimeout: '1s' };

async function startBehindProxy() {
  const server = await startTestServer({ uris: [uri], tags: [{ uri, id: 'T', value: double(1) }] });
  running.push(server.stop);
  const proxy = await startTcpProxy(server.port);
  running.push(proxy.close);
  return { server, proxy, context: await contextOf({ T: `nsu=${uri};s=T` }) };
}

test('gives up on a server that accepts the connection and never answers, and says what it was doing', async () => {
  const silent = net.createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as net.AddressInfo;
  running.push(() => silent.close());
  const run = record({ endpoint: `opc.tcp://127.0.0.1:${port}`, ...quick }, await contextOf({}));
  running.push(run.stop);
  const error = await run.failed;
  expect(error.name).toBe('SourceError');
  expect(error.message).toContain(`connect to opc.tcp://127.0.0.1:${port}`);
  expect(run.states()).toEqual(['connecting']);
});

test('says that nobody listens when the port is closed', async () => {
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const run = record({ endpoint: `opc.tcp://127.0.0.1:${port}`, ...quick }, await contextOf({}));
  running.push(run.stop);
  expect((await run.failed).message).toContain('ECONNREFUSED');
});

test('notices a server that hangs in the middle of a session by its missing keep-alive', async () => {
  const { server, proxy, context } = await startBehindProxy();
  const run = record({ endpoint: proxy.endpoint, ...quick }, context);
  running.push(run.stop);
  await eventually(() => server.monitored() === 2);
  await run.until(() => run.states().length > 2, 'a keep-alive');
  proxy.hang();
  const error = await run.failed;
  expect(error.name).toBe('SourceError');
  expect(error.message).toContain('no data and no keep-alive from subscription');
});

test('notices a server that hangs between two readings that lie far apart', async () => {
  const { proxy, context } = await startBehindProxy();
  const run = record({ endpoint: proxy.endpoint, ...quick, mode: 'read', publishingInterval: '60s' }, context);
  running.push(run.stop);
  await run.until(() => run.states().filter((state) => state === 'online').length >= 2, 'a sign of life');
  proxy.hang();
  expect((await run.failed).message).toContain('no reply within 1000 ms');
});

test('repeats online for unchanged values as long as keep-alives come', async () => {
  const { proxy, context } = await startBehindProxy();
  const run = record({ endpoint: proxy.endpoint, ...quick }, context);
  running.push(run.stop);
  await run.until(() => run.states().filter((state) => state === 'online').length >= 3, 'online three times');
  expect(run.samples('T').map(({ value }) => value)).toEqual([1]);
});

test('an abrupt end of the connection ends the driver with an error that names the server', async () => {
  const { proxy, context } = await startBehindProxy();
  const run = record({ endpoint: proxy.endpoint, ...quick }, context);
  running.push(run.stop);
  await run.until(() => run.samples('T').length > 0, 'a value');
  proxy.cut();
  expect((await run.failed).message).toContain(proxy.endpoint);
});

test('unsubscribing releases the session of a healthy server', async () => {
  const { server, proxy, context } = await startBehindProxy();
  const run = record({ endpoint: proxy.endpoint, ...quick }, context);
  await run.until(() => run.samples('T').length > 0, 'a value');
  expect(server.server.engine.currentSessionCount).toBe(1);
  run.stop();
  await eventually(() => proxy.open() === 0);
  expect(server.server.engine.currentSessionCount).toBe(0);
  expect(server.server.engine.currentSubscriptionCount).toBe(0);
});

test('unsubscribing releases the socket in time even when the server hangs', async () => {
  const { proxy, context } = await startBehindProxy();
  const run = record({ endpoint: proxy.endpoint, ...quick }, context);
  await run.until(() => run.samples('T').length > 0, 'a value');
  proxy.hang();
  const before = performance.now();
  run.stop();
  await eventually(() => proxy.open() === 0);
  expect(performance.now() - before).toBeLessThan(opcua.releaseWithinMs);
});

test('unsubscribing while connecting releases the socket in time', async () => {
  const { proxy, context } = await startBehindProxy();
  proxy.hang();
  const run = record({ endpoint: proxy.endpoint, ...quick, connectTimeout: '60s' }, context);
  await eventually(() => proxy.open() === 1);
  const before = performance.now();
  run.stop();
  await eventually(() => proxy.open() === 0);
  expect(performance.now() - before).toBeLessThan(opcua.releaseWithinMs);
});
