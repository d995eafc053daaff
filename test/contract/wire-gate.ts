import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * A gate on the wire between a driver and its device. It counts connections, keeps what the driver sent, and can do to a
 * connection what cables, switches and dying hosts do.
 */
export class WireGate {
  readonly #device: Endpoint;
  readonly #connections = new Map<Socket, Socket>();
  readonly #sent = new Map<Socket, Buffer[]>();
  #server: Server | undefined;
  #port = 0;
  #isHanging = false;
  #accepted = 0;

  constructor(device: Endpoint) {
    this.#device = device;
  }

  static async open(device: Endpoint): Promise<WireGate> {
    const gate = new WireGate(device);
    await gate.admit();
    return gate;
  }

  get endpoint(): Endpoint {
    return { host: '127.0.0.1', port: this.#port };
  }

  /** Connections that the driver holds now, seen from the device's side. */
  get open(): number {
    return this.#connections.size;
  }

  /** Connections made since the gate was opened. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Everything that the driver sent, one buffer for each connection. */
  get sent(): readonly Buffer[] {
    return [...this.#sent.values()].map((parts) => Buffer.concat(parts));
  }

  /** The device's host answers again. */
  async admit(): Promise<void> {
    this.#isHanging = false;
    if (this.#server) return;
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** New connections are refused; those that are stay. */
  refuse(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Every connection ends with RST: the device's process died. */
  reset(): void {
    for (const socket of this.#connections.keys()) socket.resetAndDestroy();
  }

  /** Every connection ends with FIN: the device shut down in good order. */
  finish(): void {
    for (const socket of this.#connections.keys()) socket.end();
  }

  /** Connections stay open and can be made, and nothing passes either way: a cable is out beyond the switch. */
  hang(): void {
    this.#isHanging = true;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.refuse();
    for (const [socket, device] of this.#connections) {
      socket.destroy();
      device.destroy();
    }
    if (server) await once(server, 'close');
  }

  #accept(socket: Socket): void {
    this.#accepted += 1;
    const device = connect({ ...this.#device, noDelay: true });
    const sent: Buffer[] = [];
    this.#connections.set(socket, device);
    this.#sent.set(socket, sent);
    socket.on('data', (bytes: Buffer) => {
      sent.push(bytes);
      if (!this.#isHanging) device.write(bytes);
    });
    device.on('data', (bytes: Buffer) => {
      if (!this.#isHanging && socket.writable) socket.write(bytes);
    });
    device.on('close', () => socket.destroy());
    socket.on('close', () => {
      this.#connections.delete(socket);
      device.destroy();
    });
    // 'close' follows an error and does what there is to do.
    socket.on('error', () => undefined);
    device.on('error', () => undefined);
  }
}
