import { createServer, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';

interface ChangeServerOptions {
  readonly path: string;
  /** On loopback; 0: any free one. */
  readonly port: number;
  readonly token: string;
  readonly rows: () => Iterable<{ readonly seq?: unknown }>;
  /** What is answered whole, by its path: JSON, or a text where it is one. */
  readonly whole?: Readonly<Record<string, () => unknown>>;
}

const PAGE = 50;

/** Answers `GET <path>?cursor=N` with the rows that changed after N, fifty at a time. It can only be read. */
export class ChangeServer {
  readonly #server: Server;
  readonly #options: ChangeServerOptions;
  #port: number;
  /** Requests that asked for something else than to read. */
  writesSeen = 0;

  constructor(options: ChangeServerOptions) {
    this.#options = options;
    this.#port = options.port;
    this.#server = createServer((request, response) => {
      if (request.method !== 'GET') {
        this.writesSeen += 1;
        return answer(response, 405, {});
      }
      if (request.headers.authorization !== `Bearer ${options.token}`) return answer(response, 401, {});
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://changes');
      const whole = options.whole?.[pathname];
      if (whole) return answer(response, 200, whole());
      if (pathname !== options.path) return answer(response, 404, {});
      answer(response, 200, this.#page(Number(searchParams.get('cursor') ?? 0)));
    });
  }

  get endpoint(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Started again, it is where it was. */
  async start(): Promise<void> {
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #page(cursor: number): unknown {
    const rows = [...this.#options.rows()]
      .filter(({ seq }) => Number(seq) > cursor)
      .toSorted((one, other) => Number(one.seq) - Number(other.seq))
      .slice(0, PAGE);
    return { vendor: SIMULATOR_VENDOR, rows, next: Number(rows.at(-1)?.seq ?? cursor) };
  }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  const [type, text] = typeof body === 'string' ? ['text/csv', body] : ['application/json', JSON.stringify(body)];
  response.writeHead(status, { 'content-type': `${type}; charset=utf-8` }).end(text);
}
