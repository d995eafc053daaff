import { afterEach, describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { exception, frame, honest, ownRegisters, reply, scriptedServer, type Asked } from './scripted-server.ts';
import { shelf, watch, type Watched, type WatchOptions } from './watch-driver.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
});

async function serve(answer: (asked: Asked) => void) {
  const server = await scriptedServer(answer);
  cleanup.push(server.stop);
  return server;
}

function open(options: WatchOptions): Watched {
  const watched = watch(options);
  cleanup.push(watched.stop);
  return watched;
}

const optionsFor = (port: number, more: object = {}) => ({
  transport: { kind: 'tcp', host: '127.0.0.1', port },
  interval: '50ms',
  timeout: '200ms',
  ...more,
});

describe('Modbus TCP', () => {
  it('reads each point in each cycle, neighbours in one request', async () => {
    const server = await serve(honest);
    const watched = open({
      options: optionsFor(server.port),
      points: { a: 'holding:0 uint16', b: 'holding:4 uint16', c: 'holding:#11 uint16', d: 'input:0x2 uint16' },
    });
    await watched.until(() => watched.of('d').length >= 3);
    expect(['a', 'b', 'c', 'd'].map((point) => watched.last(point)?.value)).toEqual([0x100, 0x104, 0x10a, 0x102]);
    expect(watched.samples().every((sample) => sample.quality.level === 'good')).toBe(true);
    const reads = server.asked.filter(({ code }) => code === 3);
    expect(new Set(reads.map(({ start, count }) => `${start}+${count}`))).toEqual(new Set(['0+11']));
  });

  it('marks every sample of a device that calls itself a simulator', async () => {
    const vendor = Buffer.from(SIMULATOR_VENDOR);
    const identification = Buffer.concat([Buffer.from([0x2b, 0x0e, 4, 0x81, 0, 0, 1, 0, vendor.length]), vendor]);
    const server = await serve((asked) =>
      asked.code === 0x2b ? asked.socket.write(frame(asked.transaction, asked.unit, identification)) : honest(asked),
    );
    const watched = open({ options: optionsFor(server.port), points: { a: 'holding:0 uint16' } });
    await watched.until(() => watched.samples().length >= 2);
    expect(watched.samples().map(({ flags }) => flags)).toEqual(watched.samples().map(() => Flag.sim));
  });

  it('reads a device that never answers the question who it is, and asks it twice only', async () => {
    const server = await serve((asked) => {
      if (asked.code !== 0x2b) honest(asked);
    });
    const watched = open({ options: optionsFor(server.port), points: { a: 'holding:7 uint16' } });
    await watched.until(() => watched.of('a').length >= 4);
    expect(watched.last('a')).toMatchObject({ value: 0x107, flags: 0 });
    expect(server.asked.filter(({ code }) => code === 0x2b)).toHaveLength(2);
  });

  it('gives each unit its own value when three are asked at once through one socket', async () => {
    const server = await serve(honest);
    const share = shelf();
    const points = { one: 'holding:5 uint16 unit=1', two: 'holding:5 uint16 unit=2', three: 'holding:5 uint16 unit=3' };
    const first = open({ options: optionsFor(server.port), points, share });
    const second = open({ options: optionsFor(server.port), points, share, source: 'other' });
    await first.until(() => first.of('three').length >= 3);
    await second.until(() => second.of('three').length >= 3);
    for (const watched of [first, second]) {
      for (const { point, value } of watched.samples())
        expect(value).toBe({ one: 0x105, two: 0x205, three: 0x305 }[String(point)]);
    }
    expect(server.sockets.size).toBe(1);
  });

  it('never takes a late reply for the answer to another request', async () => {
    const late: Buffer[] = [];
    let reads = 0;
    const server = await serve((asked) => {
      if (asked.code === 0x2b) return honest(asked);
      reads += 1;
      for (const stray of late.splice(0)) asked.socket.write(stray);
      if (reads % 3 === 0) late.push(reply(asked, ownRegisters(asked)));
      else honest(asked);
    });
    const watched = open({
      options: optionsFor(server.port, { gapTolerance: 0, timeout: '50ms', silentUnits: { share: 1 } }),
      points: { a: 'holding:1 uint16', b: 'holding:11 uint16', c: 'holding:21 uint16', d: 'holding:31 uint16' },
    });
    await watched.until(() => watched.samples().filter(({ value }) => value !== null).length >= 20);
    const expected: Record<string, number> = { a: 0x101, b: 0x10b, c: 0x115, d: 0x11f };
    for (const { point, value } of watched.samples()) expect([null, expected[String(point)]]).toContain(value);
  });

  it.each([
    [
      'the transaction id of the request before',
      (asked: Asked) => reply({ ...asked, transaction: asked.transaction - 1 }, [1]),
    ],
    [
      'the transaction id of the next request',
      (asked: Asked) => reply({ ...asked, transaction: asked.transaction + 1 }, [1]),
    ],
    ['another unit', (asked: Asked) => reply({ ...asked, unit: 9 }, [1])],
    ['another function code', (asked: Asked) => reply({ ...asked, code: 4 }, [1])],
    ['too many bytes', (asked: Asked) => reply(asked, [1, 2])],
    ['too few bytes', (asked: Asked) => reply(asked, [])],
    [
      'a byte count that does not fit its length',
      (asked: Asked) => frame(asked.transaction, 1, Buffer.from([3, 2, 0])),
    ],
  ])('takes no value from a reply with %s', async (_, wrong) => {
    const server = await serve(
      (asked) => void asked.socket.write(asked.code === 3 ? wrong(asked) : exception(asked, 1)),
    );
    const watched = open({ options: optionsFor(server.port, { timeout: '50ms' }), points: { a: 'holding:1 uint16' } });
    await watched.until(() => watched.samples().length >= 2 || watched.error() !== undefined);
    expect(watched.samples().length).toBeGreaterThan(0);
    for (const sample of watched.samples())
      expect(sample).toMatchObject({ value: null, quality: { level: 'bad', reason: 'comm-lost' } });
  });

  it('closes a connection whose bytes are no Modbus', async () => {
    const server = await serve((asked) => void asked.socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const watched = open({ options: optionsFor(server.port), points: { a: 'holding:1 uint16' } });
    await watched.until(() => watched.error() !== undefined);
    expect(watched.error()?.message).toContain('lost its step');
  });

  it.each([
    ['a whole frame', reply({ transaction: 1, unit: 1, code: 3 }, [7, 7, 7, 7])],
    ['a few bytes more than were missing', Buffer.alloc(5, 0x55)],
  ])('does not let a reply that broke off be filled up by %s', async (_, filler) => {
    let isFirst = true;
    const server = await serve((asked) => {
      if (asked.code === 0x2b) return honest(asked);
      const whole = reply(asked, ownRegisters(asked));
      asked.socket.write(isFirst ? Buffer.concat([whole.subarray(0, 11), filler]) : whole);
      isFirst = false;
    });
    const watched = open({ options: optionsFor(server.port), points: { a: 'holding:1 uint32 ABCD' } });
    await watched.until(() => watched.error() !== undefined || watched.samples().length > 0);
    expect(watched.samples().filter(({ value }) => value !== null)).toEqual([]);
    expect(watched.error()?.message).toContain('lost its step');
  });

  it('gives up a connection on which a reply broke off, rather than wait for its rest', async () => {
    const server = await serve((asked) => {
      const whole = reply(asked, ownRegisters(asked));
      asked.socket.write(asked.code === 0x2b ? exception(asked, 1) : whole.subarray(0, 10));
    });
    const watched = open({ options: optionsFor(server.port, { timeout: '50ms' }), points: { a: 'holding:1 uint16' } });
    await watched.until(() => watched.error() !== undefined);
    expect(watched.error()?.message).toContain('broke off');
    expect(server.asked.filter(({ code }) => code === 3)).toHaveLength(1);
  });

  it('takes nothing from a frame of another protocol', async () => {
    const server = await serve((asked) => {
      const other = Buffer.from(reply(asked, [1]));
      other.writeUInt16BE(7, 2);
      asked.socket.write(other);
    });
    const watched = open({ options: optionsFor(server.port), points: { a: 'holding:1 uint16' } });
    await watched.until(() => watched.error() !== undefined || watched.samples().length > 0);
    expect(watched.samples()).toEqual([]);
    expect(watched.error()?.message).toContain('protocol id 7');
  });

  it('takes a reply that arrived while the process was held up for longer than the timeout', async () => {
    const server = await serve((asked) => {
      honest(asked);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    });
    const options = optionsFor(server.port, { timeout: '50ms', identify: false });
    const watched = open({ options, points: { a: 'holding:1 uint16' } });
    await watched.until(() => watched.samples().length >= 3);
    expect(watched.samples().map(({ value }) => value)).toEqual(watched.samples().map(() => 0x101));
    expect(server.asked.length).toBeLessThanOrEqual(watched.samples().length + 1);
  });

  it('reports a reset connection at once, although nothing was asked for the moment', async () => {
    const server = await serve(honest);
    const watched = open({ options: optionsFor(server.port, { interval: '1h' }), points: { a: 'holding:1 uint16' } });
    await watched.until(() => watched.samples().length > 0);
    for (const socket of server.sockets) socket.resetAndDestroy();
    await watched.until(() => watched.error() !== undefined);
    expect(watched.error()?.message).toContain('the device reset the connection');
  });

  it('reports a closed connection at once, although a reply is awaited', async () => {
    const server = await serve((asked) => void asked.socket.end());
    const watched = open({ options: optionsFor(server.port, { timeout: '30s' }), points: { a: 'holding:1 uint16' } });
    await watched.until(() => watched.error() !== undefined);
    expect(watched.error()?.message).toContain('the device closed the connection');
  });

  it('gives up a connection that is open but answers nothing any more', async () => {
    let isDead = false;
    const server = await serve((asked) => {
      if (!isDead) honest(asked);
    });
    const watched = open({
      options: optionsFor(server.port, { timeout: '30ms', silentUnits: { share: 1 } }),
      points: { a: 'holding:1 uint16' },
    });
    await watched.until(() => watched.samples().length > 0);
    isDead = true;
    await watched.until(() => watched.error() !== undefined);
    expect(watched.error()?.message).toContain('requests were not answered');
    expect(watched.last('a')?.quality).toMatchObject({ level: 'bad', reason: 'comm-lost' });
  });

  it('says why when it cannot connect', async () => {
    const server = await scriptedServer(honest);
    await server.stop();
    const watched = open({ options: optionsFor(server.port), points: { a: 'holding:1 uint16' } });
    await watched.until(() => watched.error() !== undefined);
    expect(watched.error()?.message).toMatch(/127\.0\.0\.1:\d+: connection refused/);
  });

  it('leaves no socket behind when it is unsubscribed while a reply is awaited', async () => {
    const server = await serve(() => undefined);
    const watched = watch({ options: optionsFor(server.port, { timeout: '30s' }), points: { a: 'holding:1 uint16' } });
    while (server.asked.length === 0) await new Promise(setImmediate);
    watched.stop();
    while (server.sockets.size > 0) await new Promise(setImmediate);
    expect(server.sockets.size).toBe(0);
  });
});
