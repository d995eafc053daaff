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
  /** Begins what else goes on while the other side answers; what it returns ends that, and resolves once it has ended. */
  readonly meanwhile?: (poster: Poster) => () => Promise<unknown>;
  /** Largest body that the other side takes; absent: no limit. */
  readonly messageBytes?: number | undefined;
}

export const GOODBYE_MS = 1_000;

/** Messages as POSTs to one server, each answered by itself. An answer of 5xx, or none, ends the connection. */
export const postTransport = (parts: PostTransportParts): Transport => ({
  releaseWithinMs: GOODBYE_MS,
  acceptedBy: 'platform',
  link$: new Observable<Link>((subscriber) => {
    const { options, posted, greet, sayGoodbye, meanwhile } = parts;
    let isReleased = false;
    const fail = (error: unknown): void => {
      if (!isReleased)
        subscriber.error(new TransportError(`POST to ${options.url}: ${whyLost(error)}`, { cause: error }));
    };
    let poster: Poster;
    try {
      // One connection more for what goes on beside deliveries.
      const connections = options.connections + (meanwhile ? 1 : 0);
      poster = openPoster({ ...parts, options: { ...options, connections } });
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
    let stop = (): Promise<unknown> => Promise.resolve();
    const onGreeted = (): void => {
      if (isReleased) return;
      if (meanwhile) stop = meanwhile(poster);
      subscriber.next({ limits, send });
    };
    greet(poster).then(onGreeted, fail);
    return () => {
      isReleased = true;
      const gone = (): void => {
        clearTimeout(deadline);
        poster.close();
      };
      const deadline = setTimeout(gone, GOODBYE_MS);
      void Promise.allSettled([stop(), sayGoodbye?.(poster)]).then(gone);
    };
  }),
});
