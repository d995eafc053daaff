import type { LookupFunction } from 'node:net';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteId } from '#agent/model/ids.ts';
import type { HttpsOptions } from '#agent/model/receiver.ts';
import type { Care } from '../care/care.ts';
import type { Message, Presence } from '../profiles/profile.ts';
import { describe, outcomeOf, type Poster, type Posted } from './http-post.ts';
import { askForRequests } from './ask-for-requests.ts';
import { GOODBYE_MS, postTransport } from './post-transport.ts';
import type { Transport } from './transport.ts';

export interface HttpsTransportParts {
  readonly options: HttpsOptions;
  readonly site: SiteId;
  readonly presence: (state: Presence) => Message;
  readonly introductions: readonly Message[];
  readonly clock: Clock;
  readonly lookup?: LookupFunction;
  /** The platform is asked for requests at `<url>/<site>/request`; absent: never. */
  readonly care?: Pick<Care, 'handle' | 'unavailable' | 'everyMs'>;
}

/**
 * One POST a message to `<url>/<site>/<topic>`, over connections that stay open. `Idempotency-Key` is the record's id:
 * a repeat has the same. A success says that the platform has the record.
 */
export function httpsTransport(parts: HttpsTransportParts): Transport {
  const { options, site, presence, introductions, care } = parts;
  const base = new URL(options.url.endsWith('/') ? options.url : `${options.url}/`);
  const posted = (message: Message): Posted => ({
    url: new URL(`${site}/${message.topic}`, base),
    headers: headersOf(message),
    body: message.payload,
    isCompressible: message.encoding === undefined && message.headers?.['encryption'] === undefined,
  });
  const greet = async (poster: Poster): Promise<void> => {
    for (const message of [...introductions, presence('online')]) {
      const answer = await poster.post(posted(message));
      if (outcomeOf(answer)?.type !== 'accepted') throw new Error(describe(answer));
    }
  };
  const sayGoodbye = (poster: Poster): Promise<unknown> => poster.post(posted(presence('stopped')), GOODBYE_MS);
  const meanwhile =
    care && ((poster: Poster) => askForRequests(poster, { care, posted, url: new URL(`${site}/request`, base) }));
  return postTransport({ ...parts, posted, greet, sayGoodbye, ...(meanwhile && { meanwhile }) });
}

function headersOf({ contentType, schema, isSimulated, encoding, headers = {}, id }: Message): Record<string, string> {
  return {
    'content-type': contentType,
    'firewatch-schema': schema,
    'firewatch-sim': String(isSimulated),
    ...(encoding === undefined ? {} : { 'firewatch-encoding': encoding }),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [`firewatch-${name}`, value])),
    ...(id === undefined ? {} : { 'idempotency-key': id }),
  };
}
