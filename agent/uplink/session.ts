import { concat, ignoreElements, interval, merge, type Observable, of, Subject, tap } from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';
import type { Stream } from '#agent/model/record.ts';
import type { Instant } from './lanes.ts';
import type { Flight, Outbox } from './outbox.ts';
import { type Link, type Outcome, TransportError } from './transports/transport.ts';

export interface SessionParts {
  readonly outbox: Outbox;
  readonly committed$: Observable<Stream>;
  readonly clock: Clock;
  readonly tickMs: number;
  readonly flushMs: number;
  readonly ackTimeoutMs: number;
  /** Called at each acknowledgement: the link works. */
  readonly onProgress: () => void;
}

/** Connected, and nothing comes back: a frozen broker, or a line that is dead one way. */
export class SilenceError extends TransportError {}

/** Never answered, while what was sent after it was. */
const passedOver = (afterMs: number): Outcome => ({
  type: 'refused',
  reason: `not acknowledged for ${afterMs} ms, although messages sent after it were`,
  isMessageFault: true,
});

export const instant = (clock: Clock): Instant => ({ wallMs: clock.now(), monotonicMs: clock.monotonic() });

/**
 * Sends over one connection for as long as it lasts: when something was committed, when an answer made room, and at
 * each tick. Emits nothing; an error means that the other side no longer answers.
 */
export function runSession(link: Link, parts: SessionParts): Observable<never> {
  const { outbox, committed$, clock, tickMs, flushMs, ackTimeoutMs, onProgress } = parts;
  let progressAt = clock.monotonic();
  let flushedAt = clock.monotonic();

  const send = (): void => {
    for (;;) {
      const now = instant(clock);
      if (outbox.inFlight === 0) progressAt = now.monotonicMs;
      const flight = outbox.next(now);
      if (!flight) return;
      link.send(flight.message, (outcome) => onAnswer(flight, outcome));
    }
  };

  // Called from within the transport's library, where an exception would end the process.
  const fault$ = new Subject<never>();
  const onAnswer = (flight: Flight, outcome: Outcome): void => {
    try {
      progressAt = clock.monotonic();
      outbox.settle(flight, outcome, instant(clock));
      if (outcome.type === 'accepted') onProgress();
      send();
    } catch (error) {
      fault$.error(error);
    }
  };

  const check = (): void => {
    const at = instant(clock);
    const now = at.monotonicMs;
    if (outbox.inFlight > 0 && now - progressAt > ackTimeoutMs) {
      throw new SilenceError(
        `the other side has acknowledged nothing for ${ackTimeoutMs} ms with ${outbox.inFlight} messages under way; connecting again`,
      );
    }
    // Without this, what one moment of silence has swallowed would wait until the connection happens to break.
    for (const flight of outbox.passedOver(at, ackTimeoutMs)) outbox.settle(flight, passedOver(ackTimeoutMs), at);
    if (now - flushedAt >= flushMs) {
      outbox.flush();
      flushedAt = now;
    }
  };

  const begin$ = of(undefined).pipe(tap(() => outbox.connected(link.limits)));
  const wake$ = merge(committed$, interval(tickMs).pipe(tap(check)), fault$);
  return concat(begin$, wake$).pipe(tap(send), ignoreElements());
}
