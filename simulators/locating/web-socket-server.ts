import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';

export interface ServerHandlers {
  readonly connected?: (socket: WebSocket) => void;
  readonly message: (socket: WebSocket, message: Buffer) => void;
  /** Answers a plain request; absent: 404. */
  readonly request?: (request: IncomingMessage, response: ServerResponse) => void;
}

/** HTTP and WebSocket on one port of the loopback, with a `Server` header that names a simulator. */
export class SimulatedWebSocketServer {
  readonly #handlers: ServerHandlers;
  readonly #protocol: string | undefined;
  readonly #sockets = new Set<Socket>();
  #http: Server | undefined;
  #ws: WebSocketServer | undefined;
  #port: number;

  constructor(port: number, handlers: ServerHandlers, protocol?: string) {
    this.#port = port;
    this.#handlers = handlers;
    this.#protocol = protocol;
  }

  /** `host:port`, fixed from the first start on. */
  get endpoint(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get clients(): readonly WebSocket[] {
    return [...(this.#ws?.clients ?? [])].filter(({ readyState }) => readyState === WebSocket.OPEN);
  }

  async start(): Promise<void> {
    if (this.#http) return;
    const http = createServer((request, response) => {
      response.setHeader('server', SIMULATOR_VENDOR);
      if (this.#handlers.request) this.#handlers.request(request, response);
      else response.writeHead(404).end();
    });
    this.#http = http;
    http.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    const protocol = this.#protocol;
    this.#ws = new WebSocketServer({
      server: http,
      perMessageDeflate: false,
      ...(protocol !== undefined && { handleProtocols: (offered) => (offered.has(protocol) ? protocol : false) }),
    });
    this.#ws.on('headers', (headers) => headers.push(`Server: ${SIMULATOR_VENDOR}`));
    this.#ws.on('connection', (socket) => this.#accept(socket));
    http.listen(this.#port, '127.0.0.1');
    await once(http, 'listening');
    this.#port = (http.address() as AddressInfo).port;
  }

  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    const http = this.#http;
    if (!http) return;
    this.#http = undefined;
    this.#ws?.close();
    this.reset();
    const closed = once(http, 'close');
    http.close();
    await closed;
  }

  #accept(socket: WebSocket): void {
    // A client that resets its connection is its own affair; 'close' follows.
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      if (Buffer.isBuffer(data)) this.#handlers.message(socket, data);
    });
    this.#handlers.connected?.(socket);
  }
}
