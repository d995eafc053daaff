import { fork } from 'node:child_process';
import { createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * Many Modbus TCP devices in a process of their own, so that their work is not counted as the driver's. Each answers reads
 * of holding registers with its own counter; identification is refused. Runs as a script: `device-farm.ts LIVE MUTE`.
 */
export interface DeviceFarm {
  /** Ports of devices that answer. */
  readonly live: readonly number[];
  /** Ports of devices that accept a connection and never answer. */
  readonly mute: readonly number[];
  /** How many requests were answered so far, refusals among them. */
  readonly answered: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

export async function deviceFarm(live: number, mute: number): Promise<DeviceFarm> {
  const child = fork(new URL(import.meta.url).pathname, [String(live), String(mute)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ports = await new Promise<{ live: number[]; mute: number[] }>((resolve) => {
    child.once('message', (message) => resolve(message as { live: number[]; mute: number[] }));
  });
  return {
    ...ports,
    answered: () =>
      new Promise((resolve) => {
        child.once('message', (message) => resolve(message as number));
        child.send('answered');
      }),
    stop: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

let answered = 0;

function answer(socket: Socket, counter: number): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    while (pending.length >= 12 || (pending.length >= 11 && pending[7] === 0x2b)) {
      const length = 6 + pending.readUInt16BE(4);
      answered += 1;
      socket.write(pending[7] === 3 ? registers(pending, counter) : refusal(pending));
      pending = pending.subarray(length);
    }
  });
}

function registers(request: Buffer, value: number): Buffer {
  const count = request.readUInt16BE(10);
  const reply = Buffer.alloc(9 + count * 2);
  request.copy(reply, 0, 0, 8);
  reply.writeUInt16BE(3 + count * 2, 4);
  reply.writeUInt8(count * 2, 8);
  for (let at = 0; at < count; at += 1) reply.writeUInt16BE((value + at) & 0x3fff, 9 + at * 2);
  return reply;
}

function refusal(request: Buffer): Buffer {
  const reply = Buffer.from(request.subarray(0, 9));
  reply.writeUInt16BE(3, 4);
  reply.writeUInt8((request[7] ?? 0) | 0x80, 7);
  reply.writeUInt8(1, 8);
  return reply;
}

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer({ noDelay: true }, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

if (process.send && process.argv[1] === new URL(import.meta.url).pathname) {
  const [live = 0, mute = 0] = process.argv.slice(2).map(Number);
  const ports = { live: [] as number[], mute: [] as number[] };
  for (let device = 0; device < live; device += 1) ports.live.push(await listen((socket) => answer(socket, device)));
  for (let device = 0; device < mute; device += 1)
    ports.mute.push(await listen((socket) => void socket.on('error', () => undefined)));
  process.send(ports);
  process.on('message', () => process.send?.(answered));
}
