import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A request as the server saw it on the wire. */
export interface Asked {
  readonly transaction: number;
  readonly unit: number;
  readonly code: number;
  readonly start: number;
  readonly count: number;
  readonly raw: Buffer;
  readonly socket: Socket;
}

export interface ScriptedServer {
  readonly port: number;
  readonly asked: Asked[];
  readonly sockets: Set<Socket>;
  readonly stop: () => Promise<void>;
}

/** A Modbus TCP server that does what the test says, right or wrong. Knows the wire by itself. */
export async function scriptedServer(answer: (asked: Asked) => void): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 6 && pending.length >= 6 + pending.readUInt16BE(4)) {
        const raw = pending.subarray(0, 6 + pending.readUInt16BE(4));
        pending = pending.subarray(raw.length);
        const request: Asked = {
          transaction: raw.readUInt16BE(0),
          unit: raw.readUInt8(6),
          code: raw.readUInt8(7),
          start: raw.readUInt16BE(8),
          count: raw.length >= 12 ? raw.readUInt16BE(10) : 0,
          raw,
          socket,
        };
        asked.push(request);
        answer(request);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    sockets,
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** A reply frame of registers; every part can be made wrong. */
export function reply(
  { transaction, unit, code }: Pick<Asked, 'transaction' | 'unit' | 'code'>,
  registers: readonly number[],
): Buffer {
  const data = Buffer.from(registers.flatMap((register) => [(register >> 8) & 0xff, register & 0xff]));
  return frame(transaction, unit, Buffer.concat([Buffer.from([code, data.length]), data]));
}

export const exception = ({ transaction, unit, code }: Asked, what: number): Buffer =>
  frame(transaction, unit, Buffer.from([code | 0x80, what]));

export function frame(transaction: number, unit: number, pdu: Buffer): Buffer {
  const header = Buffer.alloc(7);
  header.writeUInt16BE(transaction & 0xffff, 0);
  header.writeUInt16BE(pdu.length + 1, 4);
  header.writeUInt8(unit, 6);
  return Buffer.concat([header, pdu]);
}

/** Registers that say which unit and which register they are: unit in the high byte, register in the low one. */
export const ownRegisters = ({ unit, start, count }: Asked): number[] =>
  Array.from({ length: count }, (_, at) => (unit << 8) | ((start + at) & 0xff));

/** Bits that are true where the address is a multiple of three. */
function bits({ transaction, unit, code, start, count }: Asked): Buffer {
  const data = Buffer.alloc(Math.ceil(count / 8));
  for (let at = 0; at < count; at += 1)
    if ((start + at) % 3 === 0) data[at >> 3] = (data[at >> 3] ?? 0) | (1 << (at & 7));
  return frame(transaction, unit, Buffer.concat([Buffer.from([code, data.length]), data]));
}

/** The right answer: identification is refused as unknown, registers are {@link ownRegisters}. */
export function honestAnswer(asked: Asked): Buffer {
  if (asked.code === 0x2b) return exception(asked, 1);
  return asked.code <= 2 ? bits(asked) : reply(asked, ownRegisters(asked));
}

export const honest = (asked: Asked): void => void asked.socket.write(honestAnswer(asked));
