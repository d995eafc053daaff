import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { watch } from './watch-driver.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
});

interface Asked {
  readonly unit: number;
  readonly code: number;
  readonly start: number;
  readonly count: number;
  readonly raw: Buffer;
  readonly socket: Socket;
}

/** A transparent serial server with the line's devices behind it; knows the wire by itself. */
async function line(answer: (asked: Asked) => void): Promise<{ port: number; asked: Asked[] }> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (raw: Buffer) => {
      const request = {
        unit: raw[0]!,
        code: raw[1]!,
        start: raw.readUInt16BE(2),
        count: raw.readUInt16BE(4),
        raw,
        socket,
      };
      asked.push(request);
      answer(request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanup.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

function crc(body: Buffer): Buffer {
  let value = 0xffff;
  for (const byte of body) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >> 1) ^ 0xa001 : value >> 1;
  }
  return Buffer.concat([body, Buffer.from([value & 0xff, value >> 8])]);
}

const registersOf = ({ unit, start, count }: Asked): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, at) => [unit, (start + at) & 0xff]).flat());
const reply = (asked: Asked): Buffer =>
  crc(Buffer.concat([Buffer.from([asked.unit, asked.code, asked.count * 2]), registersOf(asked)]));
const refusal = ({ unit, code }: Asked, what: number): Buffer => crc(Buffer.from([unit, code | 0x80, what]));

function open(port: number, points: Readonly<Record<string, string>>, more: object = {}) {
  const transport = { kind: 'rtu-over-tcp', host: '127.0.0.1', port, lateReply: '300ms' };
  const watched = watch({
    options: { transport, interval: '30ms', timeout: '60ms', identify: false, ...more },
    points,
  });
  cleanup.push(watched.stop);
  return watched;
}

describe('RTU on a line', () => {
  it('reads through an adapter that hears its own requests', async () => {
    const { port } = await line((asked) => asked.socket.write(Buffer.concat([asked.raw, reply(asked)])));
    const watched = open(port, { a: 'holding:5 uint16', b: 'holding:5 uint16 unit=2' });
    await watched.until(() => watched.of('b').length >= 3);
    expect([watched.last('a')?.value, watched.last('b')?.value]).toEqual([0x105, 0x205]);
  });

  it('reads replies that arrive byte by byte', async () => {
    const { port } = await line(({ socket, ...asked }) => {
      const bytes = reply({ socket, ...asked });
      const from = (at: number): void => {
        socket.write(bytes.subarray(at, at + 1));
        if (at + 1 < bytes.length) setTimeout(from, 1, at + 1);
      };
      from(0);
    });
    const watched = open(port, { a: 'holding:5 uint16' });
    await watched.until(() => watched.of('a').length >= 3);
    expect(watched.samples().every(({ value }) => value === 0x105)).toBe(true);
  });

  it('never takes the late reply for one block as the answer for another of the same length', async () => {
    let late: { readonly reply: Buffer; readonly start: number } | undefined;
    let requests = 0;
    const { port } = await line((asked) => {
      requests += 1;
      const isOther = late !== undefined && late.start !== asked.start;
      if (requests % 5 === 0 && !late) {
        late = { reply: reply(asked), start: asked.start };
        return;
      }
      asked.socket.write(Buffer.concat(late && isOther ? [late.reply, reply(asked)] : [reply(asked)]));
      if (isOther) late = undefined;
    });
    const points = { a: 'holding:0 uint16', b: 'holding:40 uint16', c: 'holding:80 uint16' };
    const expected: Readonly<Record<string, number>> = { a: 0x100, b: 0x128, c: 0x150 };
    const watched = open(port, points, { silentUnits: { share: 1 } });
    await watched.until(() => watched.samples().filter(({ value }) => value !== null).length >= 30);
    for (const { point, value } of watched.samples()) expect([null, expected[point]]).toContain(value);
    expect(requests).toBeGreaterThan(10);
  });

  it('asks for no more than needed where the device refuses that', async () => {
    const { port, asked } = await line((asked) =>
      asked.socket.write(asked.start + asked.count > 10 ? refusal(asked, 2) : reply(asked)),
    );
    const watched = open(port, { a: 'holding:8 uint32 ABCD' });
    await watched.until(() => watched.of('a').length >= 5);
    expect(watched.samples().every(({ value }) => value === 0x01080109)).toBe(true);
    expect(asked.filter(({ count }) => count > 2)).toHaveLength(1);
  });

  it('keeps the turnaround between a reply and the next request', async () => {
    const gaps: number[] = [];
    let answeredAt = -Infinity;
    const { port } = await line((asked) => {
      gaps.push(performance.now() - answeredAt);
      asked.socket.write(reply(asked));
      answeredAt = performance.now();
    });
    const transport = { kind: 'rtu-over-tcp', host: '127.0.0.1', port, turnaround: '25ms' };
    const points = Object.fromEntries([1, 2, 3, 4].map((unit) => [`u${unit}`, `holding:9 uint16 unit=${unit}`]));
    const watched = open(port, points, { transport });
    await watched.until(() => watched.of('u4').length >= 3);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(24);
  });

  it('gives each of many units its own values beside a dead one', async () => {
    const { port } = await line((asked) => {
      if (asked.unit !== 3) asked.socket.write(reply(asked));
    });
    const points = Object.fromEntries([1, 2, 3, 4, 5].map((unit) => [`u${unit}`, `holding:9 uint16 unit=${unit}`]));
    const watched = open(port, points);
    await watched.until(() => watched.of('u5').length >= 20);
    for (const unit of [1, 2, 4, 5])
      expect(watched.of(`u${unit}`).every(({ value }) => value === unit * 256 + 9)).toBe(true);
    expect(watched.of('u3').every(({ quality }) => quality.level === 'bad')).toBe(true);
  });
});
