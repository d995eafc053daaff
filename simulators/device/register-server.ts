import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { cutRtu, writeRtu } from '../gas/rtu-frame.ts';
import type { Cell } from '../gas/cells.ts';
import { answer, classify, exception } from '../modbus/answer.ts';
import { cutFrames, writeFrame } from '../modbus/mbap.ts';
import { ProcessImage } from '../modbus/process-image.ts';

/** How a device is reached. `path` is a serial port. */
export type Wire = { readonly kind: 'tcp' | 'rtu-over-tcp' } | { readonly kind: 'rtu'; readonly path: string };

export interface RegisterServerOptions {
  /** On loopback; 0 or absent: any free one. */
  readonly port?: number;
  /** Modbus unit id; default 1. */
  readonly unit?: number;
  readonly wire?: Wire;
  /** It says "Firewatch Simulator" when asked who it is. Default true. */
  readonly identifies?: boolean;
}

/** The registers of a device on a wire. Nothing can be written; who tries is counted. */
export class RegisterServer {
  readonly #options: RegisterServerOptions;
  readonly #image = new ProcessImage();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #serial: { readonly from: Readable; readonly to: Writable } | undefined;
  #port: number;
  writesSeen = 0;
  requestsSeen = 0;

  constructor(options: RegisterServerOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  /** `127.0.0.1:port`, fixed from the first start on. */
  get endpoint(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const { kind, path } = { path: '', kind: 'tcp' as const, ...this.#options.wire };
    if (this.#server || this.#serial) return;
    if (kind === 'rtu') {
      const [from, to] = [createReadStream(path), createWriteStream(path)];
      this.#serial = { from, to };
      this.#serve(from, to, 'rtu');
      return;
    }
    const server = createServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      this.#serve(socket, socket, kind);
    });
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#serial?.from.destroy();
    this.#serial?.to.destroy();
    this.#serial = undefined;
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  put(cells: readonly Cell[]): void {
    for (const { area, register, words } of cells)
      this.#image.putWords({ point: '', area, register, encoding: { type: 'uint16', step: 1 } }, words);
  }

  #serve(from: Readable, to: Writable, kind: Wire['kind']): void {
    let received: Buffer = Buffer.alloc(0);
    from.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      if (kind === 'tcp') {
        const cut = cutFrames(received);
        if (!cut) {
          from.destroy();
          return;
        }
        received = Buffer.from(cut.rest);
        for (const frame of cut.frames) to.write(writeFrame({ ...frame, pdu: this.#reply(frame.unit, frame.pdu) }));
        return;
      }
      const cut = cutRtu(received);
      received = Buffer.from(cut.rest);
      // On a serial line other units are none of its business.
      for (const { unit, pdu } of cut.frames)
        if (unit === (this.#options.unit ?? 1)) to.write(writeRtu({ unit, pdu: this.#reply(unit, pdu) }));
    });
    // A client that resets its connection, or a line that is pulled, is no fault of the simulator.
    from.on('error', () => {});
    to.on('error', () => {});
  }

  #reply(unit: number, pdu: Buffer): Buffer {
    this.requestsSeen += 1;
    if (unit !== (this.#options.unit ?? 1)) return exception(pdu, 0x0b);
    const { kind } = classify(pdu);
    if (kind === 'write') this.writesSeen += 1;
    if (kind === 'identify' && this.#options.identifies === false) return exception(pdu, 1);
    return answer(pdu, this.#image);
  }
}
