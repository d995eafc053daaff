import { Subject, type Observable } from 'rxjs';
import type { Stream } from '#agent/model/record.ts';
import type { UplinkOptions } from '../options.ts';
import type { Message, Profile } from '../profiles/profile.ts';
import { whyNotResent } from '../resend.ts';
import type { Span } from '../spans.ts';
import { TransportError } from '../transports/transport.ts';
import { CareDesk } from './care-desk.ts';

/** A re-transmission begins with a new connection, like any that follows a loss: there is one way to send again. */
export class ResendAsked extends TransportError {
  readonly stream: Stream;
  readonly span: Span;

  constructor(stream: Stream, span: Span) {
    super(`the receiver asked for ${stream} ${span.after + 1} to ${span.seq} once more; connecting again`);
    this.stream = stream;
    this.span = span;
  }
}

export interface Care {
  /** What is answered to a request; undefined: nothing. */
  readonly handle: (payload: Buffer) => Message | undefined;
  /** Requests can't come in; deliveries go on. In the audit once a run. */
  readonly unavailable: (reason: string) => void;
  readonly resend$: Observable<ResendAsked>;
  /** Where nobody can call the site: how often the platform is asked. Milliseconds. */
  readonly everyMs: number;
}

/** Undefined where this receiver may ask nothing. Throws a SealError where its key does not fit. */
export function createCare(options: UplinkOptions, { answer }: Profile): Care | undefined {
  const { receiver, site, reader, clock, care: port } = options;
  if (!receiver.care || !port || !answer) return undefined;
  const resend$ = new Subject<ResendAsked>();
  const resend = (stream: Stream, first: number, last: number): string | undefined => {
    const refusal = whyNotResent(reader, receiver.lanes, { stream, first, last });
    if (refusal !== undefined) return refusal;
    // Not within the handling of this very request: its answer goes first.
    setImmediate(() => resend$.next(new ResendAsked(stream, { after: first - 1, seq: last })));
    return undefined;
  };
  let isTold = false;
  const desk = new CareDesk(receiver.care, { site: site.id, receiver: receiver.id }, clock, { ...port, resend });
  return {
    handle: (payload) => {
      const answered = desk.handle(payload);
      return answered && answer({ ...answered, time: clock.now() });
    },
    unavailable: (reason) => {
      if (isTold) return;
      isTold = true;
      const who = `receiver ${receiver.id}`;
      port.audit({ time: clock.now(), who, action: 'care.unavailable', what: 'site', detail: { reason } });
    },
    resend$,
    everyMs: receiver.care.everyMs,
  };
}
