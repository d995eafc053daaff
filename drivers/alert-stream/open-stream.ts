import { request, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { authorizationFor, GetRefused } from '../http-digest/authorized-get.ts';
import type { Credentials } from '../http-digest/digest.ts';
import { challengesOf } from '../http-digest/exchange.ts';
import { isSecure } from '../http-digest/tls-agent.ts';
import { boundaryOf } from './multipart.ts';

export interface StreamTarget {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly credentials: Credentials | undefined;
  /** For the answer to begin; the stream itself has no end. */
  readonly timeoutMs: number;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

export interface OpenStream {
  readonly boundary: string;
  readonly answer: IncomingMessage;
}

/** Opens the stream, logged in where the device wants it. Rejects with GetRefused, or Error saying where and what. */
export async function openStream(target: StreamTarget): Promise<OpenStream> {
  const { host, port } = target;
  let answer = await begin(target, {});
  if (answer.statusCode === 401) {
    answer.resume();
    const authorization = authorizationFor(challengesOf(answer), target.credentials, target);
    answer = await begin(target, { authorization });
    if (answer.statusCode === 401 || answer.statusCode === 403) {
      answer.destroy();
      throw new GetRefused(`${host}:${port} refuses user ${target.credentials?.user ?? ''}`, true);
    }
  }
  const boundary = boundaryOf(answer.headers['content-type']);
  if (answer.statusCode === 200 && boundary !== undefined) return { boundary, answer };
  answer.destroy();
  throw new Error(`${where(target)}: HTTP ${answer.statusCode} and no stream of alerts`);
}

const where = ({ agent, host, port, path }: StreamTarget): string =>
  `GET ${isSecure(agent) ? 'https' : 'http'}://${host}:${port}${path}`;

function begin(target: StreamTarget, headers: Readonly<Record<string, string>>): Promise<IncomingMessage> {
  const { host, port, path, timeoutMs, agent, signal } = target;
  return new Promise((resolve, reject) => {
    const send = isSecure(agent) ? secureRequest : request;
    const sent: ClientRequest = send({ host, port, path, headers, agent, signal });
    const deadline = setTimeout(() => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    sent.on('error', (error) => {
      clearTimeout(deadline);
      reject(new Error(`${where(target)}: ${error.message}`, { cause: error }));
    });
    sent.on('response', (answer) => {
      clearTimeout(deadline);
      // Told by 'close', wherever somebody still listens.
      answer.on('error', () => undefined);
      resolve(answer);
    });
    sent.end();
  });
}
