import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Observable } from 'rxjs';
import type { SiteId } from '#agent/model/ids.ts';
import type { HttpsOptions } from '#agent/model/receiver.ts';
import type { Message, Presence } from '../profiles/profile.ts';
import { pem } from './pem.ts';
import { type Link, type Outcome, type Transport, TransportError } from './transport.ts';
import { whyLost } from './why-lost.ts';

export interface HttpsTransportParts {
  readonly options: HttpsOptions;
  readonly site: SiteId;
  readonly presence: (state: Presence) => Message;
  readonly introductions: readonly Message[];
}

const GOODBYE_MS = 1_000;

/**
 * One POST a message to `<url>/<site>/<topic>`, over connections that stay open. `Idempotency-Key` is the record's id:
 * a repeat has the same. A success says that the platform has the record.
 */
export const httpsTransport = (parts: HttpsTransportParts): Transport => ({
  releaseWithinMs: GOODBYE_MS,
  acceptedBy: 'platform',
  link$: new Observable<Link>((subscriber) => {
    const { options, site, presence, introductions } = parts;
    let isReleased = false;
    const fail = (error: unknown): void => {
      if (!isReleased)
        subscriber.error(new TransportError(`POST to ${options.url}: ${whyLost(error)}`, { cause: error }));
    };
    let post: Post;
    try {
      post = makePost(options, site);
    } catch (error) {
      fail(error);
      return undefined;
    }
    const send: Link['send'] = (message, settled) => {
      const onAnswer = (answer: Answer): void => {
        const outcome = outcomeOf(answer);
        if (!outcome) fail(new Error(describe(answer)));
        else if (!isReleased) settled(outcome);
      };
      post(message, options.timeoutMs).then(onAnswer, fail);
    };
    const link: Link = {
      limits: { inFlight: options.connections, messageBytes: options.messageBytes ?? Infinity },
      send,
    };
    const greet = async (): Promise<void> => {
      for (const message of [...introductions, presence('online')]) {
        const answer = await post(message, options.timeoutMs);
        if (outcomeOf(answer)?.type !== 'accepted') throw new Error(describe(answer));
      }
    };
    greet().then(() => subscriber.next(link), fail);
    return () => {
      isReleased = true;
      const gone = (): void => post.close();
      post(presence('stopped'), GOODBYE_MS).then(gone, gone);
    };
  }),
});

interface Answer {
  readonly status: number;
  readonly statusText: string;
}

interface Post {
  (message: Message, timeoutMs: number): Promise<Answer>;
  close(): void;
}

function makePost(options: HttpsOptions, site: SiteId): Post {
  const base = new URL(options.url.endsWith('/') ? options.url : `${options.url}/`);
  const isPlain = base.protocol === 'http:';
  const { ca, cert, key, serverName } = options.tls ?? {};
  const agent = isPlain
    ? new HttpAgent({ keepAlive: true, maxSockets: options.connections })
    : new HttpsAgent({
        keepAlive: true,
        maxSockets: options.connections,
        ...(ca === undefined ? {} : { ca: pem(ca) }),
        ...(cert === undefined ? {} : { cert: pem(cert) }),
        ...(key === undefined ? {} : { key: pem(key.reveal()) }),
        ...(serverName === undefined ? {} : { servername: serverName }),
      });
  const request = isPlain ? httpRequest : httpsRequest;

  const post = (message: Message, timeoutMs: number): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const settings: RequestOptions = { method: 'POST', agent, headers: headersOf(message, options) };
      const sent = request(new URL(`${site}/${message.topic}`, base), settings, (answer: IncomingMessage) => {
        answer.resume();
        answer.once('error', reject);
        answer.once('end', () => {
          clearTimeout(deadline);
          resolve({ status: answer.statusCode ?? 0, statusText: answer.statusMessage ?? '' });
        });
      });
      const deadline = setTimeout(() => sent.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
      sent.once('error', (error) => {
        clearTimeout(deadline);
        reject(error);
      });
      sent.end(message.payload);
    });
  return Object.assign(post, { close: () => agent.destroy() });
}

function headersOf(message: Message, { token }: HttpsOptions): Record<string, string> {
  const { contentType, schema, isSimulated, encoding, headers = {}, id, payload } = message;
  return {
    'content-type': contentType,
    'content-length': String(payload.length),
    'firewatch-schema': schema,
    'firewatch-sim': String(isSimulated),
    ...(encoding === undefined ? {} : { 'firewatch-encoding': encoding }),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [`firewatch-${name}`, value])),
    ...(id === undefined ? {} : { 'idempotency-key': id }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` }),
  };
}

/** Bad request, too large, unsupported type, unprocessable: the same message will not do later either. */
const messageFaults: ReadonlySet<number> = new Set([400, 413, 415, 422]);

/** What an answer means; undefined: the platform is not able to take anything now. */
function outcomeOf(answer: Answer): Outcome | undefined {
  if (answer.status >= 200 && answer.status < 300) return { type: 'accepted' };
  if (answer.status >= 500) return undefined;
  return { type: 'refused', reason: describe(answer), isMessageFault: messageFaults.has(answer.status) };
}

const todos = new Map<number, string>([
  [401, '; check transport.token'],
  [403, "; check the platform's access rights for this site"],
  [404, '; check transport.url'],
  [413, "; raise the platform's limit or set transport.messageBytes"],
  [429, '; lower lanes.backfill.samplesPerSecond'],
]);

const describe = ({ status, statusText }: Answer): string =>
  `the platform answered ${status}${statusText === '' ? '' : ` ${statusText}`}${todos.get(status) ?? ''}`;
