import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { cutFrames, writeFrame } from '../modbus/mbap.ts';
import { LONGEST_READ, loadWord, REGISTERS } from './load-word.ts';

/**
 * Many small Modbus TCP devices for load, as a process of their own so that their work counts as nobody else's:
 * `modbus-load.ts LIVE MUTE`. Each live device answers reads of 10,000 holding registers that change every second (see
 * `load-word.ts`) and says that it is a simulator; a mute one accepts connections and never answers. Prints one line of
 * JSON with the ports of both.
 */
const EXCEPTION = { illegalFunction: 1, illegalAddress: 2 } as const;

const vendor = Buffer.from(SIMULATOR_VENDOR, 'latin1');
const identity = Buffer.concat([Buffer.from([0x2b, 0x0e, 4, 0x82, 0, 0, 1, 0, vendor.length]), vendor]);

function answer(pdu: Buffer, device: number): Buffer {
  const refused = (code: number): Buffer => Buffer.from([(pdu[0] ?? 0) | 0x80, code]);
  if (pdu[0] === 0x2b) return identity;
  if (pdu[0] !== 3 || pdu.length !== 5) return refused(EXCEPTION.illegalFunction);
  const first = pdu.readUInt16BE(1);
  const count = pdu.readUInt16BE(3);
  if (count < 1 || count > LONGEST_READ || first + count > REGISTERS) return refused(EXCEPTION.illegalAddress);
  const second = Math.floor(Date.now() / 1000);
  const reply = Buffer.alloc(2 + count * 2);
  reply[0] = 3;
  reply[1] = count * 2;
  for (let at = 0; at < count; at += 1) reply.writeUInt16BE(loadWord(device, first + at, second), 2 + at * 2);
  return reply;
}

function serve(socket: Socket, device: number): void {
  let received: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    const cut = cutFrames(received.length === 0 ? bytes : Buffer.concat([received, bytes]));
    if (!cut) socket.destroy();
    received = cut?.rest ?? Buffer.alloc(0);
    for (const frame of cut?.frames ?? []) socket.write(writeFrame({ ...frame, pdu: answer(frame.pdu, device) }));
  });
  // A client that resets its connection is its own affair.
  socket.on('error', () => {});
}

async function listen(onSocket: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true }, onSocket);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const [live = 0, mute = 0] = process.argv.slice(2).map(Number);
const answering = await Promise.all(
  Array.from({ length: live }, (_, device) => listen((socket) => serve(socket, device))),
);
const silent = await Promise.all(Array.from({ length: mute }, () => listen((socket) => socket.on('error', () => {}))));
process.stdout.write(`${JSON.stringify({ live: answering.map(portOf), mute: silent.map(portOf) })}\n`);
