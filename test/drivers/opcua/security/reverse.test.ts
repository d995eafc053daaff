import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { shareRegistry } from '#agent/ingest/share.ts';
import { sourceId } from '#agent/model/ids.ts';
import type { SourceError } from '#drivers/driver.ts';
import { opcua } from '#drivers/opcua/driver.ts';
import { contextOf, record } from '../recorder.ts';
import { createScene, pointsOf, quick } from '../scene.ts';
import { double } from '../test-server.ts';
import { certificateOf, offering, sessionsOf, trusting } from './secure-server.ts';
import { resubscribing } from './resubscribing.ts';

const scene = createScene();
afterEach(scene.end);

async function freeAddress(): Promise<string> {
  const probe = net.createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as net.AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return `opc.tcp://127.0.0.1:${port}`;
}

const NOBODY = 'opc.tcp://127.0.0.1:1';

/** A server that calls there, again and again; its own door is never used. */
const callingServer = (listen: string, value: number, applicationUri: string, more: Parameters<typeof offering> = []) =>
  scene.serve(
    { T: double(value) },
    offering(more[0] ?? ['None'], {
      serverInfo: { applicationUri },
      reverseConnect: { connections: [{ endpointUrl: listen }], reconnectDelay: 200, maxReconnectDelay: 400 },
      ...more[1],
    }),
  );

const optionsOf = (listen: string, more: Record<string, unknown> = {}, reverse: Record<string, unknown> = {}) => ({
  endpoint: NOBODY,
  reverse: { listen, callWithin: '15s', ...reverse },
  ...quick,
  ...more,
});

async function contextIn(share: ReturnType<typeof shareRegistry>, source = 'dcs', stateDir?: string) {
  return { ...(await contextOf(pointsOf(['T']), stateDir)), source: sourceId(source), share };
}

test('values flow over a connection that the server opened, secured and trusted as any other', async () => {
  const listen = await freeAddress();
  const server = await callingServer(listen, 1, 'urn:a', [['SignAndEncrypt']]);
  const context = await contextIn(shareRegistry(), 'dcs', trusting(server));
  const run = record(optionsOf(listen, { security: { mode: 'SignAndEncrypt' } }), context);
  scene.add(run.stop);
  await run.until(() => run.samples('T').length > 0, 'a value');
  expect(sessionsOf(server)).toMatchObject([{ mode: 'SignAndEncrypt', policy: 'Basic256Sha256' }]);
  server.set('T', double(7));
  await run.until(() => run.samples('T').at(-1)?.value === 7, 'a change');
});

test('an unknown server that calls is refused with its thumbprint and the next command', async () => {
  const listen = await freeAddress();
  const server = await callingServer(listen, 1, 'urn:a', [['SignAndEncrypt']]);
  const run = record(optionsOf(listen, { security: { mode: 'SignAndEncrypt' } }), await contextIn(shareRegistry()));
  scene.add(run.stop);
  expect((await run.failed).message).toContain(`--accept ${certificateOf(server.server).thumbprint}`);
  expect(server.server.engine.cumulatedSessionCount).toBe(0);
});

test('comes back when the calling server has restarted', async () => {
  const listen = await freeAddress();
  const before = await callingServer(listen, 1, 'urn:a');
  const source = resubscribing(opcua.schema.parse(optionsOf(listen)), await contextIn(shareRegistry()));
  scene.add(source.stop);
  await expect.poll(source.values, { timeout: 45_000 }).toEqual([1]);
  await before.stop();
  await expect.poll(() => source.attempts[0]?.error, { timeout: 45_000 }).toContain(listen);
  await callingServer(listen, 2, 'urn:a');
  await expect.poll(source.values, { timeout: 45_000 }).toEqual([1, 2]);
});

test('two sources at one address each get the server that they name, and no other value', async () => {
  const listen = await freeAddress();
  const share = shareRegistry();
  const runs = await Promise.all(
    ['urn:a', 'urn:b'].map(async (serverUri) =>
      record(optionsOf(listen, {}, { serverUri }), await contextIn(share, serverUri.replace(':', '-'))),
    ),
  );
  for (const run of runs) scene.add(run.stop);
  await callingServer(listen, 2, 'urn:b');
  await callingServer(listen, 1, 'urn:a');
  for (const [index, run] of runs.entries()) {
    await run.until(() => run.samples('T').length > 0, 'a value');
    expect(run.samples('T').map(({ value }) => value)).toEqual([index + 1]);
  }
});

test('two sources at one address that do not tell their servers apart are refused', async () => {
  const listen = await freeAddress();
  const share = shareRegistry();
  const first = record(optionsOf(listen), await contextIn(share, 'one'));
  scene.add(first.stop);
  await first.until(() => first.signals.length > 0, 'waiting');
  const second = record(optionsOf(listen, {}, { serverUri: 'urn:b' }), await contextIn(share, 'two'));
  scene.add(second.stop);
  const { message } = await second.failed;
  expect(message).toContain('source one also waits at');
  expect(message).toContain('reverse.serverUri');
});

test('says that nobody called, and whom it waits for', async () => {
  const listen = await freeAddress();
  await callingServer(listen, 1, 'urn:stranger');
  const run = record(optionsOf(listen, {}, { serverUri: 'urn:a', callWithin: '1s' }), await contextIn(shareRegistry()));
  scene.add(run.stop);
  const error = await run.failed;
  expect(error.message).toContain(`no server with application URI urn:a called at ${listen} within 1 s`);
  expect((error as SourceError).retryAfterMs).toBe(0);
  expect(run.samples()).toEqual([]);
});

test('a port that is taken is told as that', async () => {
  const listen = await freeAddress();
  const holder = net.createServer();
  await new Promise<void>((resolve) => holder.listen(Number(new URL(listen).port), '127.0.0.1', resolve));
  scene.add(() => holder.close());
  const run = record(optionsOf(listen), await contextIn(shareRegistry()));
  scene.add(run.stop);
  expect((await run.failed).message).toContain('EADDRINUSE');
});

test('unsubscribing while waiting frees the port at once', async () => {
  const listen = await freeAddress();
  const run = record(optionsOf(listen), await contextIn(shareRegistry()));
  await run.until(() => run.signals.length > 0, 'waiting');
  const port = Number(new URL(listen).port);
  const isTaken = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
      scene.add(() => socket.destroy());
    });
  await expect.poll(isTaken).toBe(true);
  run.stop();
  await expect.poll(isTaken, { timeout: opcua.releaseWithinMs }).toBe(false);
});

test('asks the supervisor for the time that two calls may take', () => {
  const options = opcua.schema.parse({ endpoint: NOBODY, reverse: { listen: 'opc.tcp://0.0.0.0:4850' } });
  expect(opcua.firstDataWithinMs?.(options)).toBeGreaterThanOrEqual(180_000);
});
