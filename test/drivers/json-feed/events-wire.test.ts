import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type { Subscription } from 'rxjs';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { SiteEvent } from '#agent/model/event.ts';
import { hasFlag } from '#agent/model/flags.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { holdSecret } from '#config/secret.ts';
import type { Driver, Signal } from '#drivers/driver.ts';
import { jsonFeed } from '#drivers/json-feed/driver.ts';
import { startMosquitto } from '#test/agent/uplink/mosquitto.ts';
import { openDriver, WatchedSource } from '#test/contract/watched-source.ts';

const PATIENCE_MS = 20_000;

const finds = { each: 'finds', id: 'id', kind: 'what', place: 'where' };
const panel = {
  each: 'alarms',
  id: 'loop',
  kind: "'fire'",
  state: 's',
  states: { on: 'unacknowledged', off: 'normal' },
};

const feed = (transport: object) => ({
  driver: jsonFeed as Driver,
  options: jsonFeed.schema.parse({ transport, events: [finds, panel] }),
  points: [],
  stateDir: '/nonexistent',
});

async function watch(transport: object): Promise<WatchedSource> {
  const source = new WatchedSource(feed(transport));
  onTestFinished(() => source.stop());
  const isOnline = (): boolean => source.signals.some((one) => one.type === 'status' && one.state === 'online');
  await source.until('online', isOnline, PATIENCE_MS);
  return source;
}

const eventsOf = (source: WatchedSource): readonly SiteEvent[] =>
  source.signals.flatMap((signal) => (signal.type === 'event' ? [signal.event] : []));

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function post(port: number, message: object, token = 'let-me-in'): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}/robot-1`, {
    method: 'POST',
    body: JSON.stringify(message),
    headers: { authorization: `Bearer ${token}` },
  });
  return response.status;
}

const http = (port: number) => ({
  kind: 'http',
  port,
  path: '/robot-1',
  token: holdSecret('${env:T}', () => 'let-me-in'),
});

it('a robot posts its finds with its token: each becomes one event, known or not, and what is none is answered 400', async () => {
  const port = await freePort();
  const source = await watch(http(port));
  const leak = { id: 1, what: 'leak', where: 'P-101' };
  expect(await post(port, { finds: [leak] }, 'let-me-out')).toBe(401);
  expect(eventsOf(source)).toEqual([]);
  expect(await post(port, { finds: [leak, { id: 2, what: 'ALIEN' }] })).toBe(204);
  expect(await post(port, { finds: [leak] })).toBe(204);
  expect(await post(port, { finds: [{ what: 'leak' }, { id: 3, what: 'smoke' }] })).toBe(400);
  expect(eventsOf(source).map(({ kind, flags }) => [kind, flags])).toEqual([
    ['told.leak', 0],
    ['told.unknown', 0],
    ['told.smoke', 0],
  ]);
  expect(await post(port, { finds: [{ id: 4, what: 'leak' }], maker: SIMULATOR_VENDOR })).toBe(204);
  expect(hasFlag(eventsOf(source).at(-1)?.flags ?? 0, 'sim')).toBe(true);
});

it('a fire panel behind a broker tells its alarms: raised and cleared once each, whatever it repeats', async () => {
  const broker = await startMosquitto();
  onTestFinished(() => broker.stop());
  const source = await watch({ kind: 'mqtt', url: broker.url, topics: ['panel'] });
  const publish = (loop: string, s: string): void => {
    const message = JSON.stringify({ alarms: [{ loop, s }] });
    execFileSync('mosquitto_pub', ['-p', String(broker.port), '-t', 'panel', '-m', message]);
  };
  publish('L1', 'on');
  publish('L1', 'on');
  publish('L2', 'on');
  publish('L1', 'off');
  const changes = () => eventsOf(source).map(({ kind, detail }) => [kind, detail?.['alarm'], detail?.['change']]);
  await source.until('the last', () => changes().length >= 3, PATIENCE_MS);
  expect(changes()).toEqual([
    ['plant-alarm', 'L1', 'raised'],
    ['plant-alarm', 'L2', 'raised'],
    ['plant-alarm', 'L1', 'cleared'],
  ]);
});

it('what was told before the connection was lost is not told again after it', async () => {
  const port = await freePort();
  const opened = openDriver(feed(http(port)));
  const signals: Signal[] = [];
  const listen = async (): Promise<Subscription> => {
    signals.length = 0;
    const subscription = opened.subscribe((signal) => signals.push(signal));
    onTestFinished(() => subscription.unsubscribe());
    await vi.waitFor(() => expect(signals).toContainEqual(expect.objectContaining({ state: 'online' })), PATIENCE_MS);
    return subscription;
  };
  const kinds = () => signals.flatMap((signal) => (signal.type === 'event' ? [signal.event.kind] : []));
  const before = await listen();
  expect(await post(port, { finds: [{ id: 1, what: 'leak' }] })).toBe(204);
  expect(kinds()).toEqual(['told.leak']);
  before.unsubscribe();
  await listen();
  const repeated = { id: 1, what: 'leak' };
  expect(await post(port, { finds: [repeated, { id: 2, what: 'smoke' }] })).toBe(204);
  expect(kinds()).toEqual(['told.smoke']);
});
