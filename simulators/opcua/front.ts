import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the way to the server does to the bytes. */
export type Passage =
  | { readonly kind: 'open' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'slow'; readonly delayMs: number };

/**
 * The socket that clients see. It stays on one port while the server behind it is restarted on others, and can hang or
 * slow down below the protocol, which the server's library cannot be made to do.
 */
export class Front {
  readonly #host: string;
  readonly #pairs = new Set<{ readonly client: Socket; readonly server: Socket }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #listener: Server | undefined;
  #port: number;
  #behind = 0;
  #passage: Passage = { kind: 'open' };

  constructor(host: string, port: number) {
    this.#host = host;
    this.#port = port;
  }

  get port(): number {
    return this.#port;
  }

  /** Takes the port without serving yet, so that the server can be told its public address. */
  async reserve(): Promise<void> {
    const listener = createServer({ noDelay: true }, (client) => this.#accept(client));
    this.#listener = listener;
    listener.listen(this.#port, this.#host);
    await once(listener, 'listening');
    this.#port = (listener.address() as AddressInfo).port;
  }

  async open(behind: number): Promise<void> {
    this.#behind = behind;
    if (!this.#listener) await this.reserve();
  }

  /** Refuses new connections and cuts those that are. */
  async close(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    this.#behind = 0;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const { client, server } of this.#pairs) {
      client.destroy();
      server.destroy();
    }
    if (!listener) return;
    const closed = once(listener, 'close');
    listener.close();
    await closed;
  }

  set passage(passage: Passage) {
    this.#passage = passage;
    for (const { client, server } of this.#pairs) {
      for (const socket of [client, server]) {
        if (passage.kind === 'hang') socket.pause();
        else socket.resume();
      }
    }
  }

  #accept(client: Socket): void {
    if (this.#behind === 0) {
      client.destroy();
      return;
    }
    const server = connect({ port: this.#behind, host: '127.0.0.1', noDelay: true });
    const pair = { client, server };
    this.#pairs.add(pair);
    client.on('data', (bytes) => server.write(bytes));
    server.on('data', (bytes) => this.#pass(bytes, client));
    if (this.#passage.kind === 'hang') {
      client.pause();
      server.pause();
    }
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      // 'close' follows an error and does what there is to do.
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
  }

  #pass(bytes: Uint8Array | string, client: Socket): void {
    if (this.#passage.kind !== 'slow') {
      client.write(bytes);
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (client.writable) client.write(bytes);
    }, this.#passage.delayMs);
    this.#timers.add(timer);
  }
}
