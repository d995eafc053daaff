import type { Observable } from 'rxjs';
import type { Message } from '../profiles/profile.ts';
import type { LinkLimits } from '../window.ts';

/** What became of a message. */
export type Outcome =
  | { readonly type: 'accepted' }
  /** The broker took it and had nobody to give it to. */
  | { readonly type: 'unheard' }
  /** Refused. `isMessageFault`: this message will never do; otherwise it is about rights, quota or the broker's state. */
  | { readonly type: 'refused'; readonly reason: string; readonly isMessageFault: boolean };

/** A connection over which messages can be sent now. */
export interface Link {
  readonly limits: LinkLimits;
  /** `settled` is called once for each message, in any order, and never after the connection was lost. */
  send(message: Message, settled: (outcome: Outcome) => void): void;
}

/**
 * How messages travel. Subscribing to `link$` connects; it emits one link once the other side has shown that it
 * answers, and never completes; an error (a {@link TransportError}) means that the connection was lost or could not
 * be made. Unsubscribing says goodbye and releases everything within `releaseWithinMs`. It never reconnects by itself
 * and stores nothing: what was not settled is the uplink's to send again.
 */
export interface Transport {
  readonly link$: Observable<Link>;
  readonly releaseWithinMs: number;
  /** Who accepts: the platform itself, or a broker that may yet lose what it has accepted and not passed on. */
  readonly acceptedBy: 'platform' | 'broker';
  /** The other side has this time to answer a message; absent: the usual one. */
  readonly answersWithinMs?: number;
}

/** The connection failed; the message says what was being done, to what, what was found and what to do about it. */
export class TransportError extends Error {
  override readonly name: string = 'TransportError';
}
