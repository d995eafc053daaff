import { Observable } from 'rxjs';
import type { Message } from '../profiles/profile.ts';
import type { Answer } from './http-client.ts';
import { describe, openPoster, outcomeOf, type Posted, type Poster, type PostParts } from './http-post.ts';
import { type Link, type Transport, TransportError } from './transport.ts';
import { whyLost } from './why-lost.ts';

export interface PostTransportParts extends PostParts {
  readonly posted: (message: Message) => Posted;
  /** Resolves once the other side has shown that it answers. */
  readonly greet: (poster: Poster) => Promise<void>;
  readonly sayGoodbye?: (poster: Poster) => Promise<unknown>;
  /** Largest body that the other side takes; absent: no limit. */
  readonly messageBytes?: number | undefined;
}

export const GOODBYE_MS = 1_000;

/** Messages as POSTs to one server, each answered by itself. An answer of 5xx, or none, ends the connection. */
export const postTransport = (parts: PostTransportParts): Transport => ({
  releaseWithinMs: GOODBYE_MS,
  acceptedBy: 'platform',
  link$: new Observable<Link>((subscriber) => {
    const { options, posted, greet, sayGoodbye } = parts;
    let isReleased = false;
    const fail = (error: unknown): void => {
      if (!isReleased)
        subscriber.error(new TransportError(`POST to ${options.url}: ${whyLost(error)}`, { cause: error }));
    };
    let poster: Poster;
    try {
      poster = openPoster(parts);
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
      poster.post(posted(message)).then(onAnswer, fail);
    };
    const limits = { inFlight: options.connections, messageBytes: parts.messageBytes ?? Infinity };
    greet(poster).then(() => subscriber.next({ limits, send }), fail);
    return () => {
      isReleased = true;
      const gone = (): void => poster.close();
      if (sayGoodbye) sayGoodbye(poster).then(gone, gone);
      else gone();
    };
  }),
});
