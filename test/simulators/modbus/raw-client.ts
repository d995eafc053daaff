import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A Modbus TCP client by hand, so that a test sees the very bytes. */
export class RawClient {
  readonly socket: Socket;
  readonly closed: Promise<'end' | 'reset'>;
  #received = Buffer.alloc(0);
  #chunks = 0;
  #wake = Promise.withResolvers<void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    const closed = Promise.withResolvers<'end' | 'reset'>();
    this.closed = closed.promise;
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#chunks += 1;
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNRESET') closed.resolve('reset');
    });
    socket.on('close', () => closed.resolve('end'));
  }

  static async to(endpoint: string): Promise<RawClient> {
    const [host, port] = endpoint.split(':');
    const socket = connect({ host: host ?? '', port: Number(port), noDelay: true });
    const client = new RawClient(socket);
    await once(socket, 'connect');
    return client;
  }

  get received(): Buffer {
    return this.#received;
  }

  /** How many segments arrived. */
  get chunks(): number {
    return this.#chunks;
  }

  send(transaction: number, pdu: readonly number[], unit = 1): void {
    const header = Buffer.alloc(7);
    header.writeUInt16BE(transaction, 0);
    header.writeUInt16BE(pdu.length + 1, 4);
    header.writeUInt8(unit, 6);
    this.socket.write(Buffer.concat([header, Buffer.from(pdu)]));
  }

  /** Waits for so many bytes and takes them. */
  async take(count: number): Promise<Buffer> {
    while (this.#received.length < count) await this.#wake.promise;
    const taken = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(count);
    return taken;
  }

  /** Sends a request and takes one whole reply frame. */
  async ask(transaction: number, pdu: readonly number[], unit = 1): Promise<Buffer> {
    this.send(transaction, pdu, unit);
    return this.takeFrame();
  }

  async takeFrame(): Promise<Buffer> {
    const header = await this.take(6);
    return Buffer.concat([header, await this.take(header.readUInt16BE(4))]);
  }
}

/** Reads `count` registers (or bits) from `first` with this function code. */
export const readPdu = (code: number, first: number, count: number): number[] => [
  code,
  first >> 8,
  first & 255,
  count >> 8,
  count & 255,
];
