import type { LookupFunction } from 'node:net';
import { promisify } from 'node:util';
import { gzip, zstdCompress } from 'node:zlib';
import type { Clock } from '#agent/model/clock.ts';
import type { HttpPeerOptions } from '#agent/model/receiver.ts';
import { type Answer, openHttpClient } from './http-client.ts';
import { makeLogin } from './http-login.ts';
import type { Outcome } from './transport.ts';

export interface PostParts {
  readonly options: HttpPeerOptions;
  readonly clock: Clock;
  readonly lookup?: LookupFunction;
}

export interface Posted {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Bodies that are dense already are left as they are. */
  readonly isCompressible: boolean;
}

/** Posts with login and compression, as a receiver's options say. */
export interface Poster {
  post(posted: Posted, timeoutMs?: number): Promise<Answer>;
  /** Asks whether the server is there, without a login. */
  get(url: URL): Promise<Answer>;
  /** Asks with our login. */
  ask(url: URL): Promise<Answer>;
  close(): void;
}

/** Below this, compression saves less than its header costs. */
const WORTHWHILE_BYTES = 512;
const compressors = { gzip: promisify(gzip), zstd: promisify(zstdCompress) } as const;

export function openPoster({ options, clock, lookup }: PostParts): Poster {
  const client = openHttpClient(options, lookup);
  const login = makeLogin(options.login, { client, clock, timeoutMs: options.timeoutMs });
  const { compression = 'none' } = options;

  const attempt = async ({ url, headers, body, isCompressible }: Posted, timeoutMs: number): Promise<Answer> => {
    const isCompressed = compression !== 'none' && isCompressible && body.length >= WORTHWHILE_BYTES;
    const sent = isCompressed ? await compressors[compression](body) : body;
    const encoding = isCompressed ? { 'content-encoding': compression } : {};
    const who = await login.headers({ method: 'POST', url, body: sent });
    return client.call({ method: 'POST', url, headers: { ...headers, ...encoding, ...who }, body: sent, timeoutMs });
  };

  return {
    async post(posted, timeoutMs = options.timeoutMs) {
      const answer = await attempt(posted, timeoutMs);
      // A token may be withdrawn before its time.
      return answer.status === 401 && login.refused() ? attempt(posted, timeoutMs) : answer;
    },
    get: (url) => client.call({ method: 'GET', url, headers: {}, timeoutMs: options.timeoutMs }),
    ask: async (url) => {
      const headers = await login.headers({ method: 'GET', url });
      return client.call({ method: 'GET', url, headers, timeoutMs: options.timeoutMs });
    },
    close: () => client.close(),
  };
}

/** Bad request, too large, unsupported type, unprocessable: the same message will not do later either. */
const messageFaults: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** What an answer means; undefined: the platform is not able to take anything now. */
export function outcomeOf(answer: Answer): Outcome | undefined {
  if (answer.status >= 200 && answer.status < 300) return { type: 'accepted' };
  if (answer.status >= 500) return undefined;
  return { type: 'refused', reason: describe(answer), isMessageFault: messageFaults.has(answer.status) };
}

const todos = new Map<number, string>([
  [401, '; check the token, login or signature under transport'],
  [403, "; check the platform's access rights for this site"],
  [404, '; check transport.url'],
  [407, '; check transport.proxy'],
  [413, "; raise the platform's limit or set transport.messageBytes"],
  [415, '; the platform does not take this compression or type, check transport.compression'],
  [429, '; lower lanes.backfill.samplesPerSecond'],
]);

const TEXT_MAX = 200;

/** The platform's own words stand beside its answer: they say what it did not like. */
export function describe({ status, statusText, text }: Answer): string {
  const said = text.replaceAll(/\s+/g, ' ').trim().slice(0, TEXT_MAX);
  const words = said === '' ? '' : `: ${said}`;
  return `the platform answered ${status}${statusText === '' ? '' : ` ${statusText}`}${words}${todos.get(status) ?? ''}`;
}
