import { afterEach, describe, expect, it } from 'vitest';
import { honest, scriptedServer, type Asked } from './scripted-server.ts';
import { shelf, watch, type WatchOptions } from './watch-driver.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
});

async function serve(answer: (asked: Asked) => void = honest) {
  const server = await scriptedServer(answer);
  cleanup.push(server.stop);
  return server;
}

function open(options: WatchOptions) {
  const watched = watch(options);
  cleanup.push(watched.stop);
  return watched;
}

const tcp = (port: number, more: object = {}) => ({
  transport: { kind: 'tcp', host: '127.0.0.1', port },
  interval: '30ms',
  timeout: '100ms',
  ...more,
});

describe('two sources at one gateway', () => {
  it('share a socket, which stays for the one when the other is stopped', async () => {
    const server = await serve();
    const share = shelf();
    const first = open({ options: tcp(server.port), points: { a: 'holding:1 uint16 unit=1' }, share, source: 'one' });
    const second = open({ options: tcp(server.port), points: { b: 'holding:1 uint16 unit=2' }, share, source: 'two' });
    await first.until(() => first.of('a').length >= 2);
    await second.until(() => second.of('b').length >= 2);
    expect(server.sockets.size).toBe(1);
    first.stop();
    const before = second.of('b').length;
    await second.until(() => second.of('b').length >= before + 3);
    expect(second.last('b')?.value).toBe(0x201);
    expect(second.error()).toBeUndefined();
    second.stop();
    while (server.sockets.size > 0) await new Promise(setImmediate);
    expect(server.sockets.size).toBe(0);
  });

  it('both hear of a lost connection, and both come back through a new one', async () => {
    const server = await serve();
    const share = shelf();
    const openBoth = () => [
      open({ options: tcp(server.port), points: { a: 'holding:1 uint16 unit=1' }, share, source: 'one' }),
      open({ options: tcp(server.port), points: { a: 'holding:1 uint16 unit=2' }, share, source: 'two' }),
    ];
    const before = openBoth();
    for (const watched of before) await watched.until(() => watched.of('a').length > 0);
    for (const socket of server.sockets) socket.resetAndDestroy();
    for (const watched of before) await watched.until(() => watched.error() !== undefined);
    const after = openBoth();
    for (const watched of after) await watched.until(() => watched.of('a').length > 0);
    expect(after.map((watched) => watched.last('a')?.value)).toEqual([0x101, 0x201]);
    expect(server.sockets.size).toBe(1);
  });

  it('must say the same about it', async () => {
    const server = await serve();
    const share = shelf();
    open({ options: tcp(server.port), points: { a: 'holding:1 uint16' }, share, source: 'one' });
    const transport = { kind: 'tcp', host: '127.0.0.1', port: server.port, pauseAfterConnect: '1s' };
    const other = open({ options: { transport }, points: { a: 'holding:1 uint16' }, share, source: 'two' });
    await other.until(() => other.error() !== undefined);
    expect(other.error()?.message).toContain('make them equal');
  });
});

describe('a gateway', () => {
  it('with dead units is not given up while one unit answers', async () => {
    const server = await serve((asked) => {
      if (asked.unit === 6) honest(asked);
    });
    const points = Object.fromEntries([1, 2, 3, 4, 5, 6].map((unit) => [`u${unit}`, `holding:1 uint16 unit=${unit}`]));
    const watched = open({ options: tcp(server.port, { timeout: '20ms', identify: false }), points });
    await watched.until(() => watched.of('u6').length >= 20 && watched.of('u1').length >= 20);
    expect(watched.error()).toBeUndefined();
    expect(watched.of('u6').every(({ quality }) => quality.level === 'good')).toBe(true);
  });

  it('is asked nothing before its pause after connecting is over', async () => {
    const server = await serve();
    const transport = { kind: 'tcp', host: '127.0.0.1', port: server.port, pauseAfterConnect: '150ms' };
    const share = shelf();
    const began = performance.now();
    const first = open({ options: { transport }, points: { a: 'holding:1 uint16' }, share, source: 'one' });
    while (server.sockets.size === 0) await new Promise(setImmediate);
    const second = open({ options: { transport }, points: { a: 'holding:1 uint16' }, share, source: 'two' });
    await Promise.race([first, second].map((watched) => watched.until(() => watched.samples().length > 0)));
    expect(performance.now() - began).toBeGreaterThanOrEqual(149);
  });
});
