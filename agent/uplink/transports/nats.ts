import { defer, switchMap } from 'rxjs';
import type { NatsTransportParts } from './nats-link.ts';
import type { Transport } from './transport.ts';

const GOODBYE_MS = 1_000;

/**
 * Publishes to JetStream: a message has arrived when its stream has stored it. `Nats-Msg-Id` is the record's id, so that
 * the stream itself drops repeats within its duplicate window. The stream is the platform's: nothing is created here.
 * The client library is loaded with the first connection.
 */
export const natsTransport = (parts: Omit<NatsTransportParts, 'goodbyeMs'>): Transport => ({
  releaseWithinMs: 2 * GOODBYE_MS,
  acceptedBy: 'broker',
  link$: defer(() => import('./nats-link.ts')).pipe(
    switchMap(({ natsLink }) => natsLink({ ...parts, goodbyeMs: GOODBYE_MS })),
  ),
});
