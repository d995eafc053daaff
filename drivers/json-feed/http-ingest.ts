import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { DriverContext } from '../driver.ts';
import type { HttpTransport } from './schema.ts';
import type { Taken, TransportListener } from './transport.ts';

interface Route {
  readonly transport: HttpTransport;
  readonly listener: TransportListener;
}

const MOST_CONNECTIONS = 64;
const HEADERS_WITHIN_MS = 5_000;
const REQUEST_WITHIN_MS = 10_000;

const statusOf: Readonly<Record<Taken, number>> = { taken: 204, refused: 400, dropped: 429 };

/** One port, with a path for each source that shares it. */
class IngestServer {
  readonly #server: Server;
  readonly #routes = new Map<string, Route>();
  readonly #name: string;
  #isListening = false;

  constructor({ host, port, cert, key }: HttpTransport) {
    this.#name = `${host}:${port}`;
    const answer = (request: IncomingMessage, response: ServerResponse): void => this.#answer(request, response);
    this.#server = cert && key ? createHttps({ cert: cert.reveal(), key: key.reveal() }, answer) : createHttp(answer);
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.headersTimeout = HEADERS_WITHIN_MS;
    this.#server.requestTimeout = REQUEST_WITHIN_MS;
    this.#server.on('error', (error) => {
      for (const { listener } of this.#routes.values()) listener.lost(`listen on ${this.#name}: ${error.message}`);
    });
    this.#server.listen(port, host, () => {
      this.#isListening = true;
      for (const { listener } of this.#routes.values()) listener.opened(false);
    });
  }

  /** Returns what takes the path away again. */
  add(route: Route): () => void {
    const { path } = route.transport;
    if (this.#routes.has(path)) {
      queueMicrotask(() => route.listener.lost(`${this.#name}${path}: another source listens on this path`));
      return () => undefined;
    }
    this.#routes.set(path, route);
    if (this.#isListening) queueMicrotask(() => this.#routes.get(path) === route && route.listener.opened(false));
    return () => this.#routes.delete(path);
  }

  close(): void {
    this.#routes.clear();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://ingest');
    const route = this.#routes.get(pathname);
    if (!route) return end(response, 404);
    if (!isAllowed(request, searchParams.get('token'), route.transport.token.reveal())) {
      route.listener.refuse('a request without the right token');
      return end(response, 401);
    }
    if (request.method !== 'POST' && request.method !== 'PUT') return end(response, 405);
    this.#read(request, response, route);
  }

  #read(request: IncomingMessage, response: ServerResponse, { transport, listener }: Route): void {
    const parts: Buffer[] = [];
    let size = 0;
    request.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= transport.maxMessage) {
        parts.push(part);
        return;
      }
      listener.refuse(`a message is longer than ${transport.maxMessage} bytes`);
      request.removeAllListeners('data');
      end(response, 413);
    });
    request.on('end', () => {
      if (size > transport.maxMessage) return;
      end(response, statusOf[listener.message(Buffer.concat(parts).toString('utf8'))]);
    });
    // A sender that breaks off has sent nothing.
    request.on('error', () => undefined);
  }
}

/** Nobody learns more than a number, and a refused sender has to connect again. */
function end(response: ServerResponse, status: number): void {
  if (response.headersSent) return;
  if (status !== 204) response.setHeader('connection', 'close');
  response.writeHead(status).end();
}

/** In a header, or in the query for devices that can be given nothing but an address. Compared in constant time. */
function isAllowed(request: IncomingMessage, inQuery: string | null, token: string): boolean {
  const { authorization = '' } = request.headers;
  const key = request.headers['x-api-key'];
  const shown = [authorization.replace(/^Bearer /i, ''), typeof key === 'string' ? key : '', inQuery ?? ''];
  return shown.map((one) => timingSafeEqual(digest(one), digest(token))).includes(true);
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Listens until released; sources that name the same address and certificate share the port. */
export function listenHttp(
  transport: HttpTransport,
  { share }: Pick<DriverContext<unknown>, 'share'>,
  listener: TransportListener,
): () => void {
  const { host, port, cert } = transport;
  const shared = share(`json-feed http ${host} ${port} ${cert?.reference ?? ''}`, () => {
    const server = new IngestServer(transport);
    return { value: server, dispose: () => server.close() };
  });
  const remove = shared.value.add({ transport, listener });
  return () => {
    remove();
    shared.release();
  };
}
