import { request, type Agent, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { isSecure } from './tls-agent.ts';

export interface ExchangeRequest {
  readonly method: 'GET' | 'POST';
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the first byte sent to the last byte received. */
  readonly timeoutMs: number;
  /** A longer answer is cut off. */
  readonly maxBytes: number;
  readonly agent: Agent;
  /** The end of a kept connection is news: the request is not sent again on another one. */
  readonly isSentOnce?: boolean;
  readonly signal: AbortSignal;
}

export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Each `WWW-Authenticate` of its own. */
  readonly challenges: readonly string[];
  readonly body: Buffer;
}

/** Why there was no answer. */
export type ExchangeFailure = 'no-answer' | 'refused' | 'cut' | 'too-long' | 'no-http' | 'stopped';

export class ExchangeError extends Error {
  override readonly name = 'ExchangeError';
  readonly failure: ExchangeFailure;

  constructor(failure: ExchangeFailure, message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
  }
}

const CUT_CODES = new Set(['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/**
 * One HTTP request with an end in every direction: time, bytes, and the caller's signal. Redirects are not followed, so
 * that credentials go nowhere else. A kept connection that the device closed while it was idle is made again, once.
 */
export async function exchange(asked: ExchangeRequest): Promise<ExchangeAnswer> {
  try {
    return await once(asked);
  } catch (error) {
    if (!(error instanceof ClosedWhileIdle)) throw error;
    if (asked.isSentOnce) throw cutError(asked, error);
    return await once(asked).catch((second: unknown) => {
      throw second instanceof ClosedWhileIdle ? cutError(asked, second) : second;
    });
  }
}

class ClosedWhileIdle extends Error {}

const where = ({ method, host, port, path, agent }: ExchangeRequest): string =>
  `${method} ${isSecure(agent) ? 'https' : 'http'}://${host}:${port}${path}`;

const cutError = (asked: ExchangeRequest, cause: unknown): ExchangeError =>
  new ExchangeError('cut', `${where(asked)}: the connection ended before the answer`, cause);

function once(asked: ExchangeRequest): Promise<ExchangeAnswer> {
  const { method, host, port, path, headers, body, timeoutMs, maxBytes, agent, signal } = asked;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new ExchangeError('stopped', `${where(asked)}: stopped`));
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const send = isSecure(agent) ? secureRequest : request;
    const sent = send({ method, host, port, path, headers: { ...headers, ...length }, agent });
    let hasHead = false;
    const fail = (error: Error): void => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', stop);
      sent.destroy();
      reject(error);
    };
    const stop = (): void => fail(new ExchangeError('stopped', `${where(asked)}: stopped`));
    const deadline = setTimeout(
      () =>
        fail(
          new ExchangeError(
            'no-answer',
            `${where(asked)}: ${hasHead ? 'the answer has no end' : 'no answer'} within ${timeoutMs} ms`,
          ),
        ),
      timeoutMs,
    );
    signal.addEventListener('abort', stop, { once: true });

    sent.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? '';
      if (CUT_CODES.has(code)) {
        const isIdleClose = sent.reusedSocket && !hasHead && code !== 'ERR_STREAM_PREMATURE_CLOSE';
        return fail(isIdleClose ? new ClosedWhileIdle(error.message) : cutError(asked, error));
      }
      const failure = code.startsWith('HPE_') ? 'no-http' : 'refused';
      fail(new ExchangeError(failure, `${where(asked)}: ${error.message}`, error));
    });
    sent.on('response', (answer) => {
      hasHead = true;
      const parts: Buffer[] = [];
      let size = 0;
      answer.on('data', (part: Buffer) => {
        size += part.length;
        if (size > maxBytes)
          return fail(new ExchangeError('too-long', `${where(asked)}: the answer is longer than ${maxBytes} bytes`));
        parts.push(part);
      });
      answer.on('error', (error) => fail(cutError(asked, error)));
      answer.on('close', () => {
        if (!answer.complete) fail(cutError(asked, undefined));
      });
      answer.on('end', () => {
        if (!answer.complete) return;
        clearTimeout(deadline);
        signal.removeEventListener('abort', stop);
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          challenges: challengesOf(answer),
          body: Buffer.concat(parts, size),
        });
      });
    });
    sent.end(body);
  });
}

/** From the raw headers: joined values cannot be told apart safely. */
export function challengesOf({ rawHeaders }: IncomingMessage): string[] {
  const found: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    if (rawHeaders[at]?.toLowerCase() === 'www-authenticate') found.push(rawHeaders[at + 1] ?? '');
  return found;
}
