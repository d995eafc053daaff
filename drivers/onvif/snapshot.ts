import type { Agent } from 'node:http';
import { authorizedGet } from '../http-digest/authorized-get.ts';
import type { Credentials } from '../http-digest/digest.ts';
import { isSecure } from '../http-digest/tls-agent.ts';

export interface SnapshotOptions {
  /** As the camera gives it; only its path and, where its host is the camera's, its port are used. */
  readonly uri: string;
  /** How the camera is reached. */
  readonly host: string;
  readonly port: number;
  readonly credentials: Credentials | undefined;
  /** For the whole of it, logging in included. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

/**
 * One JPEG picture of a camera, at most `maxBytes`. Snapshots are logged in to over HTTP, whatever the camera wants for
 * ONVIF; a password never travels in the clear. Rejects with
 * SnapshotError, GetRefused, or ExchangeError when the camera is gone.
 */
export async function snapshot(options: SnapshotOptions): Promise<Buffer> {
  const { timeoutMs, maxBytes, agent, signal } = options;
  const { host, port, path } = reachable(options);
  const answer = await authorizedGet({ host, port, path, timeoutMs, maxBytes, agent, signal }, options.credentials);
  if (answer.status !== 200) throw new SnapshotError(`${host} answers HTTP ${answer.status} instead of a snapshot`);
  if (answer.body.length < 4 || answer.body.readUInt16BE(0) !== 0xffd8)
    throw new SnapshotError(`${host} sends ${answer.body.length} bytes that are no JPEG picture`);
  return answer.body;
}

/**
 * A camera behind a router gives an address of its own side of it: then only its path is of use. So it is with an address
 * in the clear where the camera is talked to by TLS, or the other way round.
 */
function reachable({ uri, host, port, agent }: SnapshotOptions): { host: string; port: number; path: string } {
  const url = new URL(uri);
  const [protocol, standard] = isSecure(agent) ? ['https:', 443] : ['http:', 80];
  const ownPort = url.port === '' ? standard : Number(url.port);
  const isOurs = url.hostname === host && url.protocol === protocol;
  return { host, port: isOurs ? ownPort : port, path: `${url.pathname}${url.search}` };
}
