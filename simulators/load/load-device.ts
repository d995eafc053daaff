import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { cutFrames, writeFrame } from '../modbus/mbap.ts';
import { LONGEST_READ, REGISTERS } from './load-word.ts';

const EXCEPTION = { illegalFunction: 1, illegalAddress: 2 } as const;

const vendor = Buffer.from(SIMULATOR_VENDOR, 'latin1');
const identity = Buffer.concat([Buffer.from([0x2b, 0x0e, 4, 0x82, 0, 0, 1, 0, vendor.length]), vendor]);

/** What a register holds now. */
type WordOf = (register: number) => number;

function answer(pdu: Buffer, wordOf: WordOf): Buffer {
  const refused = (code: number): Buffer => Buffer.from([(pdu[0] ?? 0) | 0x80, code]);
  if (pdu[0] === 0x2b) return identity;
  if (pdu[0] !== 3 || pdu.length !== 5) return refused(EXCEPTION.illegalFunction);
  const first = pdu.readUInt16BE(1);
  const count = pdu.readUInt16BE(3);
  if (count < 1 || count > LONGEST_READ || first + count > REGISTERS) return refused(EXCEPTION.illegalAddress);
  const reply = Buffer.alloc(2 + count * 2);
  reply[0] = 3;
  reply[1] = count * 2;
  for (let at = 0; at < count; at += 1) reply.writeUInt16BE(wordOf(first + at), 2 + at * 2);
  return reply;
}

function serve(socket: Socket, wordsNow: () => WordOf): void {
  let received: Buffer = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    const cut = cutFrames(received.length === 0 ? bytes : Buffer.concat([received, bytes]));
    if (!cut) socket.destroy();
    received = cut?.rest ?? Buffer.alloc(0);
    for (const frame of cut?.frames ?? []) socket.write(writeFrame({ ...frame, pdu: answer(frame.pdu, wordsNow()) }));
  });
  // A client that resets its connection is its own affair.
  socket.on('error', () => {});
}

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ noDelay: true }, onSocket);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/**
 * A Modbus TCP device of 10,000 holding registers that says that it is a simulator. Returns its port.
 *
 * @param wordsNow what its registers hold at the moment of a request
 */
export const listenLoadDevice = (wordsNow: () => WordOf): Promise<number> =>
  listen((socket) => serve(socket, wordsNow));

/** Accepts connections and never answers. Returns its port. */
export const listenMute = (): Promise<number> => listen((socket) => socket.on('error', () => {}));
