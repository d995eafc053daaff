import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { shareRegistry } from '#agent/ingest/share.ts';
import { holdSecret } from '#config/secret.ts';
import type { Driver } from '#drivers/driver.ts';
import { jsonFeed } from '#drivers/json-feed/driver.ts';
import { pointId } from '#agent/model/ids.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import { jsonMessage } from '#simulators/locating/json-wire.ts';
import { WatchedSource } from '#test/contract/watched-source.ts';

const PATIENCE_MS = 10_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('driver json-feed over http', () => {
  const sources: WatchedSource[] = [];
  const share = shareRegistry();
  let port: number;

  const listen = (path: string, more: object = {}): WatchedSource => {
    const transport = {
      kind: 'http',
      port,
      path,
      token: holdSecret('${env:T}', () => 'let-me-in'),
      maxMessage: 10_000,
    };
    const options = {
      transport,
      interval: '200ms',
      facts: [{ each: 'tags', tag: 'id', x: 'pos.x', y: 'pos.y' }],
      ...more,
    };
    const source = new WatchedSource({
      driver: jsonFeed as Driver,
      options: jsonFeed.schema.parse(options),
      points: [
        { id: pointId('WX.temperature'), kind: 'number', address: jsonFeed.address.parse('weather.temperature') },
      ],
      stateDir: '/nonexistent',
      share,
      source: path,
    });
    sources.push(source);
    return source;
  };
  const online = async (source: WatchedSource): Promise<WatchedSource> => {
    const isOnline = () => source.signals.some((signal) => signal.type === 'status' && signal.state === 'online');
    await source.until('online', isOnline, PATIENCE_MS);
    return source;
  };
  const post = async (
    path: string,
    body: string,
    headers: Record<string, string> = { authorization: 'Bearer let-me-in' },
  ) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body, headers });
    await response.text();
    return response.status;
  };

  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(() => {
    for (const source of sources.splice(0)) source.stop();
  });

  it('takes posts with the right token, as tags and as values, and marks a simulator’s', async () => {
    const source = await online(listen('/robot'));
    const message = jsonMessage(new Crowd({ people: 2 }).step(1000, Date.now()), 1);
    expect(await post('/robot', message)).toBe(204);
    expect(await post('/robot?token=let-me-in', message, {})).toBe(204);
    expect(await post('/robot', message, { 'x-api-key': 'let-me-in' })).toBe(204);
    expect(source.facts.filter(({ kind }) => kind === 'tag-fix').map((fact) => 'tag' in fact && fact.tag)).toEqual(
      Array.from({ length: 3 }, () => ['9007199254740993', '9007199254740994']).flat(),
    );
    expect(source.latest.get(pointId('WX.temperature'))).toMatchObject({ value: 21.5, flags: 1 });
  });

  it('never claims that a value still holds because it listens', async () => {
    const source = await online(listen('/robot'));
    await source.until(
      'three signs of life',
      () => source.signals.filter(({ type }) => type === 'status').length > 3,
      PATIENCE_MS,
    );
    const statuses = source.signals.flatMap((signal) =>
      signal.type === 'status' && signal.state === 'online' ? [signal] : [],
    );
    expect(statuses.map(({ provesValues }) => provesValues)).toEqual(statuses.map(() => false));
  });

  it('passes over a message that came before', async () => {
    const source = await online(listen('/robot', { messageId: 'message_id' }));
    const message = jsonMessage(new Crowd({ people: 1 }).step(1000, Date.now()), 1);
    expect([await post('/robot', message), await post('/robot', message)]).toEqual([204, 204]);
    expect(source.facts).toHaveLength(1);
  });

  it.each([
    ['no token', '/robot', '{}', {}, 401],
    ['a wrong token', '/robot', '{}', { authorization: 'Bearer let-me-out' }, 401],
    ['no JSON', '/robot', '{"a"', undefined, 400],
    ['nesting without end', '/robot', '['.repeat(5000), undefined, 400],
    ['too much', '/robot', ' '.repeat(20_000), undefined, 413],
    ['another path', '/else', '{}', undefined, 404],
  ] as const)('answers %s with its status, and tells nothing of it', async (...[, path, body, headers, status]) => {
    const source = await online(listen('/robot'));
    expect(await post(path, body, headers)).toBe(status);
    expect(source.facts).toEqual([]);
    expect(source.end).toBeUndefined();
  });

  it('answers 429 beyond the rate, and tells the gap', async () => {
    const source = await online(listen('/robot', { maxRate: 1 }));
    const answers = [];
    for (let nth = 0; nth < 12; nth += 1) answers.push(await post('/robot', '{}'));
    expect(answers).toContain(429);
    const hasGap = () => source.signals.some((signal) => signal.type === 'gap' && signal.gap.reason === 'overload');
    await source.until('a gap', hasGap, PATIENCE_MS);
  });

  it('lets sources share a port by path; one goes on when the other stops, and the port is free after the last', async () => {
    const [left, right] = [await online(listen('/left')), await online(listen('/right'))];
    left.stop();
    expect(await post('/left', '{}')).toBe(404);
    expect(await post('/right', '{"weather":{"temperature":1}}')).toBe(204);
    right.stop();
    await expect(post('/right', '{}')).rejects.toThrow('fetch failed');
    await online(listen('/again'));
  });

  it('errors where the path or the port is taken', async () => {
    await online(listen('/robot'));
    const second = listen('/robot');
    await second.until('an error', () => second.end !== undefined, PATIENCE_MS);
    expect(second.describe()).toContain('another source listens on this path');
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    ({ port } = other.address() as AddressInfo);
    const third = listen('/robot');
    await third.until('an error', () => third.end !== undefined, PATIENCE_MS);
    expect(third.describe()).toContain('EADDRINUSE');
    other.close();
  });
});
