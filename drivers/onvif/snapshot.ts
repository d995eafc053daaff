import type { Agent } from 'node:http';
import { answerChallenge, readChallenge, type Credentials } from '../http-digest/digest.ts';
import { exchange, type ExchangeAnswer } from '../http-digest/exchange.ts';

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
  /** The login was refused, with credentials: not to be tried again soon. */
  readonly isRefusal: boolean;

  constructor(message: string, isRefusal = false) {
    super(message);
    this.isRefusal = isRefusal;
  }
}

/**
 * One JPEG picture of a camera, at most `maxBytes`. Snapshots are logged in to over HTTP, whatever the camera wants for
 * ONVIF; a password never travels in the clear. Rejects with SnapshotError, or ExchangeError when the camera is gone.
 */
export async function snapshot(options: SnapshotOptions): Promise<Buffer> {
  const { credentials } = options;
  const { host, port, path } = reachable(options.uri, options.host, options.port);
  const get = (headers: Readonly<Record<string, string>>): Promise<ExchangeAnswer> =>
    exchange({ method: 'GET', host, port, path, headers, ...limitsOf(options) });
  let answer = await get({});
  const challenge = answer.status === 401 ? readChallenge(answer.challenges) : undefined;
  if (challenge && credentials) {
    if (challenge.scheme === 'basic')
      throw new SnapshotError(`${host} wants the password for snapshots in the clear (Basic); it is not sent`);
    const authorization = answerChallenge(challenge, credentials, { method: 'GET', uri: path, count: 1 });
    answer = await get({ authorization });
    if (answer.status === 401 || answer.status === 403)
      throw new SnapshotError(`${host} refuses user ${credentials.user} for snapshots`, true);
  }
  if (answer.status !== 200) throw new SnapshotError(`${host} answers HTTP ${answer.status} instead of a snapshot`);
  if (answer.body.length < 4 || answer.body.readUInt16BE(0) !== 0xffd8)
    throw new SnapshotError(`${host} sends ${answer.body.length} bytes that are no JPEG picture`);
  return answer.body;
}

const limitsOf = ({ timeoutMs, maxBytes, agent, signal }: SnapshotOptions) => ({ timeoutMs, maxBytes, agent, signal });

/** A camera behind a router gives an address of its own side of it: then only its path is of use. */
function reachable(uri: string, host: string, port: number): { host: string; port: number; path: string } {
  const url = new URL(uri);
  const ownPort = url.port === '' ? 80 : Number(url.port);
  return { host, port: url.hostname === host ? ownPort : port, path: `${url.pathname}${url.search}` };
}
