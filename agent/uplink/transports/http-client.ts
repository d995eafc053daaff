import { Agent as HttpAgent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { HttpPeerOptions } from '#agent/model/receiver.ts';
import { pem } from './pem.ts';

export interface HttpCall {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  readonly timeoutMs: number;
}

export interface Answer {
  readonly status: number;
  readonly statusText: string;
  /** As much of the answer as is worth reading to a person, or to find a token in it. */
  readonly text: string;
}

/** Calls one server over connections that stay open; a new one is looked up in DNS anew. */
export interface HttpClient {
  call(call: HttpCall): Promise<Answer>;
  close(): void;
}

const ANSWER_BYTES_MAX = 16 * 1024;

/** @param lookup instead of the system's own, for tests */
export function openHttpClient(options: HttpPeerOptions, lookup?: LookupFunction): HttpClient {
  const { connections, proxy } = options;
  const { ca, cert, key, serverName } = options.tls ?? {};
  const common = {
    keepAlive: true,
    maxSockets: connections,
    ...(lookup ? { lookup } : {}),
    // Node's agents speak CONNECT for https: by themselves, and plainly for http:. Nothing is taken from the environment.
    ...(proxy ? { proxyEnv: proxyEnvironment(proxy) } : {}),
  };
  const plain = new HttpAgent(common);
  const secure = new HttpsAgent({
    ...common,
    ...(ca === undefined ? {} : { ca: pem(ca) }),
    ...(cert === undefined ? {} : { cert: pem(cert) }),
    ...(key === undefined ? {} : { key: pem(key.reveal()) }),
    ...(serverName === undefined ? {} : { servername: serverName }),
  });

  return {
    call: ({ method, url, headers, body, timeoutMs }) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': String(body.length) };
        const settings = { method, headers: { ...headers, ...length } };
        const isPlain = url.protocol === 'http:';
        const onAnswer = (answer: IncomingMessage): void => {
          readText(answer, reject, (text) => {
            clearTimeout(deadline);
            resolve({ status: answer.statusCode ?? 0, statusText: answer.statusMessage ?? '', text });
          });
        };
        const sent: ClientRequest = isPlain
          ? httpRequest(url, { ...settings, agent: plain }, onAnswer)
          : httpsRequest(url, { ...settings, agent: secure }, onAnswer);
        const deadline = setTimeout(() => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
        sent.once('error', (error) => {
          clearTimeout(deadline);
          reject(error);
        });
        sent.end(body);
      }),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function readText(answer: IncomingMessage, failed: (error: Error) => void, done: (text: string) => void): void {
  let text = '';
  answer.on('data', (bytes: Buffer) => {
    if (text.length < ANSWER_BYTES_MAX) text += bytes.toString();
  });
  answer.once('error', failed);
  answer.once('end', () => done(text.slice(0, ANSWER_BYTES_MAX)));
}

function proxyEnvironment({ url, username, password }: NonNullable<HttpPeerOptions['proxy']>) {
  const address = new URL(url);
  if (username !== undefined) address.username = encodeURIComponent(username);
  if (password !== undefined) address.password = encodeURIComponent(password.reveal());
  return { HTTP_PROXY: address.href, HTTPS_PROXY: address.href };
}
