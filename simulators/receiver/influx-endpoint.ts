import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { readLines, type ReadLine } from './line-protocol.ts';

/** A database that takes line protocol: its points by series and time, as InfluxDB has them. */
export interface InfluxEndpoint {
  readonly port: number;
  /** A later write of the same series and time has taken the place of an earlier one. */
  readonly points: ReadonlyMap<string, ReadLine>;
  /** Path with query, authorization and encoding of each write. */
  readonly writes: readonly { readonly path: string; readonly authorization: string; readonly encoding: string }[];
  readonly faults: readonly string[];
  /** Answers writes with this from now on; undefined: takes them. */
  answerWith(status: number | undefined): void;
  stop(): Promise<void>;
}

export async function startInfluxEndpoint(): Promise<InfluxEndpoint> {
  const points = new Map<string, ReadLine>();
  const types = new Map<string, string>();
  const writes: { path: string; authorization: string; encoding: string }[] = [];
  const faults: string[] = [];
  let forced: number | undefined;

  const write = (request: IncomingMessage, body: Buffer): { status: number; text: string } => {
    const { 'content-encoding': encoding = '', authorization = '' } = request.headers;
    writes.push({ path: request.url ?? '', authorization, encoding });
    if (forced !== undefined) return { status: forced, text: '{"code":"unavailable","message":"as told"}' };
    try {
      const plain = encoding === 'gzip' ? gunzipSync(body) : encoding === 'zstd' ? zstdDecompressSync(body) : body;
      for (const line of readLines(plain.toString())) {
        for (const [name, value] of Object.entries(line.fields)) {
          const field = `${line.measurement}.${name}`;
          const type = types.get(field) ?? typeof value;
          if (type !== typeof value) throw new Error(`field type conflict: ${field} is ${type}, not ${typeof value}`);
          types.set(field, type);
        }
        const tags = Object.entries(line.tags).map(([name, value]) => `${name}=${value}`);
        const series = tags.sort((one, other) => one.localeCompare(other));
        points.set(JSON.stringify([line.measurement, series, String(line.time)]), line);
      }
      return { status: 204, text: '' };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      faults.push(why);
      return { status: 400, text: JSON.stringify({ code: 'invalid', message: why }) };
    }
  };

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const isWrite = request.method === 'POST' && ['/api/v2/write', '/write'].includes(pathname);
      const answer = isWrite
        ? write(request, Buffer.concat(pieces))
        : { status: pathname === '/ping' ? 204 : 404, text: '' };
      response.statusCode = answer.status;
      response.end(answer.text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    points,
    writes,
    faults,
    answerWith: (status) => {
      forced = status;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
