import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** One POST as it came. */
export interface Posted {
  /** Path below the endpoint: `<site>/<topic>`. */
  readonly path: string;
  readonly payload: Buffer;
  readonly contentType: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly authorization: string | undefined;
  readonly contentEncoding: string | undefined;
  /** All that have one value. */
  readonly headers: Readonly<Record<string, string>>;
  /** The `firewatch-…` headers, without that prefix. */
  readonly properties: Readonly<Record<string, string>>;
}

export interface HttpEndpoint {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

/** A platform's HTTPS front: hands each POST on and answers with the status that it is told; undefined: never answers. */
export async function startHttpEndpoint(
  onPost: (posted: Posted) => number | undefined,
  tls?: { readonly cert: string; readonly key: string },
  port = 0,
  host = '127.0.0.1',
): Promise<HttpEndpoint> {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const status = onPost(postedOf(request, Buffer.concat(pieces)));
      if (status === undefined) return;
      response.statusCode = status;
      response.end();
    });
  };
  const server = tls ? createSecureServer(tls, answer) : createServer(answer);
  await new Promise<void>((resolve) => server.listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function postedOf({ url = '/', headers }: IncomingMessage, payload: Buffer): Posted {
  const properties = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith('firewatch-') && typeof value === 'string' ? [[name.slice('firewatch-'.length), value]] : [],
  );
  const key = headers['idempotency-key'];
  const single = Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : []));
  return {
    path: url.slice(1),
    payload,
    contentType: headers['content-type'],
    idempotencyKey: typeof key === 'string' ? key : undefined,
    authorization: headers.authorization,
    contentEncoding: headers['content-encoding'],
    headers: Object.fromEntries(single) as Record<string, string>,
    properties: Object.fromEntries(properties) as Record<string, string>,
  };
}
