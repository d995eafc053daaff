import { createServer, type AddressInfo, type Socket } from 'node:net';

/** What can go wrong between a request and its reply. */
const faults = [
  'delay',
  'late',
  'drop',
  'duplicate',
  'duplicate-late',
  'reorder',
  'truncate',
  'wrong-id',
  'noise',
  'foreign',
  'reset',
] as const;
export type FaultName = (typeof faults)[number];

export interface ChaosOptions {
  readonly framing: 'tcp' | 'rtu';
  /** Chance of each fault for each reply, 0 to 1. */
  readonly chances: Readonly<Partial<Record<FaultName, number>>>;
  /** `delay` stays below, `late` and `duplicate-late` lie between the first and second of these. Milliseconds. */
  readonly timeoutMs: number;
  readonly latestMs: number;
  readonly seed: number;
}

export interface ChaosDevice {
  readonly port: number;
  /** How often each block has been asked for, by `unit/start`. */
  readonly asked: ReadonlyMap<string, number>;
  readonly happened: Record<FaultName, number>;
  /** Function codes seen. */
  readonly codes: ReadonlySet<number>;
  readonly stop: () => Promise<void>;
}

/** Registers of a value, which says where it stands and which request it answers: unit, address and count in 53 bits. */
export const VALUE_REGISTERS = 4;
export const valueOf = (unit: number, address: number, count: number): number =>
  unit * 2 ** 48 + address * 2 ** 32 + (count % 2 ** 32);

interface Request {
  readonly transaction: number;
  readonly unit: number;
  readonly code: number;
  readonly start: number;
  readonly count: number;
}

/** An honest device behind a line on which everything goes wrong. Knows the wire by itself. */
export async function chaosDevice(options: ChaosOptions): Promise<ChaosDevice> {
  const { framing, timeoutMs, latestMs, chances } = options;
  const random = randomFrom(options.seed);
  const asked = new Map<string, number>();
  const codes = new Set<number>();
  const happened = Object.fromEntries(faults.map((fault) => [fault, 0])) as Record<FaultName, number>;
  const sockets = new Set<Socket>();
  const isChosen = (fault: FaultName): boolean => {
    const isHit = random() < (chances[fault] ?? 0);
    if (isHit) happened[fault] += 1;
    return isHit;
  };
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low));
  const send = (socket: Socket, bytes: Buffer, afterMs = 0): void => {
    const latestAt = performance.now() + latestMs;
    // A machine that is held up must not make a reply later than promised: such a one is lost instead.
    const sendInTime = (): void => void (socket.writable && performance.now() <= latestAt && socket.write(bytes));
    if (afterMs > 0) setTimeout(sendInTime, afterMs);
    else if (bytes.length > 2 && random() < 0.05) {
      const cut = between(1, bytes.length - 1);
      socket.write(bytes.subarray(0, cut));
      setTimeout(() => socket.writable && socket.write(bytes.subarray(cut)), 1);
    } else if (socket.writable) socket.write(bytes);
  };

  const respond = (socket: Socket, request: Request, held: { reply?: Buffer | undefined }): void => {
    codes.add(request.code);
    const name = `${request.unit}/${request.start}`;
    const count = (asked.get(name) ?? 0) + 1;
    asked.set(name, count);
    const frame = framing === 'tcp' ? tcpFrame : rtuFrame;
    const pdu = request.code === 3 ? registersPdu(request, count) : Buffer.from([request.code | 0x80, 1]);
    const reply = frame(request.transaction, request.unit, pdu);
    const waiting = held.reply;
    held.reply = undefined;
    if (isChosen('reset')) return void socket.resetAndDestroy();
    if (isChosen('drop')) return;
    if (isChosen('late')) return send(socket, reply, between(timeoutMs + 5, latestMs));
    if (isChosen('reorder')) held.reply = reply;
    else if (isChosen('delay')) send(socket, reply, between(1, Math.max(2, timeoutMs / 4)));
    else if (isChosen('truncate')) send(socket, reply.subarray(0, between(1, reply.length - 1)));
    else if (isChosen('wrong-id'))
      send(socket, frame(request.transaction + between(-3, 4), request.unit ^ between(0, 2), pdu));
    else if (isChosen('noise')) send(socket, framing === 'tcp' ? withStrayBytes(reply) : withBurst(reply));
    else if (isChosen('foreign')) {
      const other = { ...request, unit: request.unit ^ 1, count: request.count };
      send(socket, Buffer.concat([frame(between(0, 65536), other.unit, registersPdu(other, 1)), reply]));
    } else {
      send(socket, reply);
      if (isChosen('duplicate')) send(socket, reply);
      if (isChosen('duplicate-late')) send(socket, reply, between(2, latestMs));
    }
    if (waiting) send(socket, waiting);
  };

  const withStrayBytes = (reply: Buffer): Buffer =>
    Buffer.concat([Buffer.from(Array.from({ length: between(1, 9) }, () => between(0, 256))), reply]);
  /** A disturbance of at most 16 bits: CRC-16 finds all of these, which it does not promise for longer ones. */
  const withBurst = (reply: Buffer): Buffer => {
    const at = between(0, reply.length - 1);
    const copy = Buffer.from(reply);
    copy[at] = (copy[at] ?? 0) ^ between(1, 256);
    if (random() < 0.5) copy[at + 1] = (copy[at + 1] ?? 0) ^ between(0, 256);
    return copy;
  };

  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    const held = {};
    const read = framing === 'tcp' ? tcpRequests() : rtuRequests();
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      for (const request of read(chunk)) respond(socket, request, held);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    codes,
    happened,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function registersPdu({ unit, start, count }: Request, times: number): Buffer {
  const pdu = Buffer.alloc(2 + count * 2);
  pdu.writeUInt8(3, 0);
  pdu.writeUInt8((count * 2) & 0xff, 1);
  for (let at = 0; at < count; at += 1) {
    const register = start + at;
    const address = register - (register % VALUE_REGISTERS);
    const words = [unit, address, (times >>> 16) & 0xffff, times & 0xffff];
    pdu.writeUInt16BE(words[register % VALUE_REGISTERS] ?? 0, 2 + at * 2);
  }
  return pdu;
}

function tcpFrame(transaction: number, unit: number, pdu: Buffer): Buffer {
  const header = Buffer.alloc(7);
  header.writeUInt16BE(transaction & 0xffff, 0);
  header.writeUInt16BE(pdu.length + 1, 4);
  header.writeUInt8(unit & 0xff, 6);
  return Buffer.concat([header, pdu]);
}

function rtuFrame(_: number, unit: number, pdu: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from([unit & 0xff]), pdu]);
  const crc = crcOf(body);
  return Buffer.concat([body, Buffer.from([crc & 0xff, crc >> 8])]);
}

function crcOf(bytes: Buffer): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

function tcpRequests(): (chunk: Buffer) => Request[] {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    const requests: Request[] = [];
    while (pending.length >= 6 && pending.length >= 6 + pending.readUInt16BE(4)) {
      const frame = pending.subarray(0, 6 + pending.readUInt16BE(4));
      pending = pending.subarray(frame.length);
      requests.push(parse(frame.subarray(6), frame.readUInt16BE(0)));
    }
    return requests;
  };
}

/** Requests have a fixed length: 8 bytes for reads, 7 for identification. */
function rtuRequests(): (chunk: Buffer) => Request[] {
  let pending = Buffer.alloc(0);
  return (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    const requests: Request[] = [];
    while (pending.length >= 2) {
      const length = pending[1] === 0x2b ? 7 : 8;
      if (pending.length < length) break;
      requests.push(parse(pending.subarray(0, length), 0));
      pending = pending.subarray(length);
    }
    return requests;
  };
}

const parse = (body: Buffer, transaction: number): Request => ({
  transaction,
  unit: body.readUInt8(0),
  code: body.readUInt8(1),
  start: body.readUInt16BE(2),
  count: body.length >= 6 ? body.readUInt16BE(4) : 0,
});

/** The same faults in the same order for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
