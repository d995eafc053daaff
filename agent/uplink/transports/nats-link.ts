import { jetstream, type JetStreamClient, type JetStreamPublishOptions } from '@nats-io/jetstream';
import {
  connect,
  headers as natsHeaders,
  type MsgHdrs,
  type NatsConnection,
  PermissionViolationError,
} from '@nats-io/transport-node';
import { Observable } from 'rxjs';
import type { SiteId } from '#agent/model/ids.ts';
import type { NatsOptions } from '#agent/model/receiver.ts';
import type { Care } from '../care/care.ts';
import type { Message, Presence } from '../profiles/profile.ts';
import { natsConnectOptions } from './nats-connect-options.ts';
import { outcomeOf, whyNatsLost } from './nats-reasons.ts';
import { type Link, TransportError } from './transport.ts';

export interface NatsTransportParts {
  readonly options: NatsOptions;
  readonly site: SiteId;
  readonly presence: (state: Presence) => Message;
  readonly introductions: readonly Message[];
  /** Answers requests on `<prefix>.<site>.request`; absent: nothing is subscribed to. */
  readonly care?: Pick<Care, 'handle' | 'unavailable'>;
  /** How long the goodbye may take. Milliseconds. */
  readonly goodbyeMs: number;
}

/** Subject and headers count as payload at the server. */
const HEADER_BYTES = 2_048;
const IN_FLIGHT = 4_000;

/** Connects, says that it is there, and gives the link over which messages are published. */
export const natsLink = (parts: NatsTransportParts): Observable<Link> =>
  new Observable<Link>((subscriber) => {
    const { options } = parts;
    let isReleased = false;
    let connection: NatsConnection | undefined;
    const fail = (error: unknown): void => {
      if (!isReleased)
        subscriber.error(new TransportError(`NATS at ${options.url}: ${whyNatsLost(error)}`, { cause: error }));
    };

    const begin = async (): Promise<void> => {
      const opened = await connect(natsConnectOptions(options));
      if (isReleased) {
        await opened.close();
        return;
      }
      connection = opened;
      opened.closed().then((error) => fail(error ?? new Error('the connection was closed by the other side')), fail);
      watch(opened, fail).catch(fail);
      const client = jetstream(opened, { timeout: options.timeoutMs });
      if (parts.care) answerRequests(opened, parts, parts.care);
      for (const message of [...parts.introductions, parts.presence('online')]) await publish(client, parts, message);
      if (!isReleased) subscriber.next(linkOver(client, opened.info?.max_payload));
    };

    const linkOver = (client: JetStreamClient, payloadMax = Infinity): Link => ({
      limits: { inFlight: IN_FLIGHT, messageBytes: payloadMax - HEADER_BYTES },
      send(message, settled) {
        const onStored = (): void => {
          if (!isReleased) settled({ type: 'accepted' });
        };
        const onError = (error: unknown): void => {
          if (isReleased) return;
          const outcome = outcomeOf(error);
          if (outcome) settled(outcome);
          else fail(error);
        };
        publish(client, parts, message).then(onStored, onError);
      },
    });

    begin().catch(fail);
    return () => {
      isReleased = true;
      if (connection) release(connection, parts);
    };
  });

async function publish(client: JetStreamClient, parts: NatsTransportParts, message: Message): Promise<void> {
  const { options } = parts;
  const settings: Partial<JetStreamPublishOptions> = {
    headers: headersOf(message),
    timeout: options.timeoutMs,
    ...(message.id === undefined ? {} : { msgID: message.id }),
    ...(options.stream === undefined ? {} : { expect: { streamName: options.stream } }),
  };
  await client.publish(subjectOf(parts, message), message.payload, settings);
}

const subjectOf = ({ options, site }: NatsTransportParts, { topic }: Message): string =>
  `${options.subjectPrefix}.${site}.${topic.replaceAll('/', '.')}`;

function headersOf({ contentType, schema, isSimulated, encoding, headers = {} }: Message): MsgHdrs {
  const made = natsHeaders();
  made.set('content-type', contentType);
  made.set('firewatch-schema', schema);
  made.set('firewatch-sim', String(isSimulated));
  if (encoding !== undefined) made.set('firewatch-encoding', encoding);
  for (const [name, value] of Object.entries(headers)) made.set(`firewatch-${name}`, value);
  return made;
}

function answerRequests(
  connection: NatsConnection,
  parts: NatsTransportParts,
  care: NonNullable<NatsTransportParts['care']>,
): void {
  const requests = `${parts.options.subjectPrefix}.${parts.site}.request`;
  const client = jetstream(connection);
  const answerAll = async (): Promise<void> => {
    // oxlint-disable-next-line no-restricted-properties -- a subject of NATS, no stream of RxJS
    for await (const { data } of connection.subscribe(requests)) {
      const answer = care.handle(Buffer.from(data));
      // Who asked asks again where it gets none.
      if (answer) await publish(client, parts, answer).catch(() => undefined);
    }
  };
  answerAll().catch((error: unknown) => {
    if (error instanceof PermissionViolationError) care.unavailable(`subscribe to ${requests}: ${error.message}`);
  });
}

/** A refused publish is told here and nowhere else; the acknowledgement would be awaited in vain. */
async function watch(connection: NatsConnection, fail: (error: unknown) => void): Promise<void> {
  for await (const status of connection.status())
    if (status.type === 'error' && !isOfRequests(status.error)) fail(status.error);
}

/** Requests that may not be read are no fault of deliveries: who reads them is told. */
const isOfRequests = (error: Error): boolean =>
  error instanceof PermissionViolationError && error.operation === 'subscription';

/** Says goodbye if the server listens, and is gone after the deadline whether it does or not. */
function release(connection: NatsConnection, parts: NatsTransportParts): void {
  const gone = (): void => void connection.close().catch(() => undefined);
  if (connection.isClosed()) return;
  const deadline = setTimeout(gone, parts.goodbyeMs);
  publish(jetstream(connection), parts, parts.presence('stopped'))
    .catch(() => undefined)
    .finally(() => {
      clearTimeout(deadline);
      gone();
    });
}
