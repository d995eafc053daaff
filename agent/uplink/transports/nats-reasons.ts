import { JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import type { Outcome } from './transport.ts';
import { whyLost } from './why-lost.ts';

/** Error codes of JetStream (`err_code`) that are about the message itself. */
const MESSAGE_EXCEEDS_MAXIMUM = 10_054;
const HEADER_EXCEEDS_MAXIMUM = 10_097;
const messageFaults: ReadonlySet<number> = new Set([MESSAGE_EXCEEDS_MAXIMUM, HEADER_EXCEEDS_MAXIMUM]);

const NO_STREAM =
  'no stream takes this subject, or JetStream is not ready; create a stream for <subjectPrefix>.<site>.>, or check that the cluster has a leader';

/** Nobody answers on this subject; the library says so in a wrapped error. */
const isUntaken = (error: unknown): boolean =>
  error instanceof Error && error.cause instanceof errors.RequestError && error.cause.isNoResponders();

const isTimeout = (error: unknown): boolean =>
  error instanceof errors.TimeoutError || (error instanceof Error && error.cause instanceof errors.TimeoutError);

/** What a failed publish means; undefined: the connection is not worth keeping. */
export function outcomeOf(error: unknown): Outcome | undefined {
  if (isUntaken(error)) return { type: 'refused', reason: NO_STREAM, isMessageFault: false };
  if (!(error instanceof JetStreamApiError)) return undefined;
  const reason = `JetStream answered: ${error.message} (${error.code})`;
  return { type: 'refused', reason, isMessageFault: messageFaults.has(error.code) };
}

/** Why a connection failed or ended, and what to do about it. */
export function whyNatsLost(error: unknown): string {
  if (isUntaken(error)) return NO_STREAM;
  if (error instanceof JetStreamApiError) return `JetStream answered: ${error.message} (${error.code})`;
  if (error instanceof errors.AuthorizationError)
    return `${error.message}; check transport.username and transport.password, token or credentials`;
  if (error instanceof errors.UserAuthenticationExpiredError)
    return `${error.message}; the credentials have expired, ask for new ones`;
  if (error instanceof errors.PermissionViolationError)
    return `${error.message}; allow publishing to <subjectPrefix>.<site>.> and subscribing to _INBOX.>`;
  if (isTimeout(error)) return 'no acknowledgement in time; the server or its cluster does not answer';
  // The library wraps what node said of the socket.
  return whyLost(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}
