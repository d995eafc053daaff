import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  JetStreamApiError,
  jetstreamManager,
  type JetStreamManager,
  type JsMsg,
} from '@nats-io/jetstream';
import {
  AuthorizationError,
  connect,
  type ConnectionOptions,
  type NatsConnection,
  UserAuthenticationExpiredError,
} from '@nats-io/transport-node';

export interface NatsTarget {
  readonly connection: ConnectionOptions;
  /** To be shown. */
  readonly url: string;
  /** The JetStream stream that holds the other agent's messages; absent: whichever takes them. */
  readonly stream?: string;
  /** Name of the durable consumer, made where it is not there. */
  readonly durable: string;
  /** `<prefix>.<site>` */
  readonly subject: string;
  /** So long without a sign of the consumer, and it is asked again. */
  readonly silenceMs: number;
}

export interface NatsListener {
  /** Connected, and the consumer is there. */
  readonly subscribed: () => void;
  /** @param isPast stored long before the newest that the stream held when the connection was made */
  readonly message: (topic: string, payload: Buffer, isPast: boolean) => void;
  /** Resolves once what was handed over before is on disk. */
  readonly stored: () => Promise<unknown>;
  /** The connection is gone or could not be made. Told once, never after the release. */
  readonly lost: (reason: string, retryAfterMs?: number) => void;
}

/** Of what the other agent tells; the rest is passed over. A filter of several subjects would need a server of 2.10. */
const isMeant = (topic: string): boolean => /^(presence|catalog\/[^/]+|sample|gap)$/.test(topic);
/** What stands for the present: a catalog and who is there were told long ago. */
const TOLD_ONCE = ['catalog.*', 'presence'];
/** By the server's own clock alone, which stamps both. */
const PAST_MS = 30_000;
const UNACKNOWLEDGED_MAX = 1_000;
/** What an agent that died had not stored is told again after this time. */
const ACK_WAIT_NS = 10e9;
const GOODBYE_MS = 500;
const REFUSED_LOGIN_PAUSE_MS = 60_000;

/**
 * Reads the other agent's messages through a durable consumer: what is told while this agent is away waits in the
 * cluster. A message is acknowledged when the journal has it. Never reconnects. Returns what releases it.
 */
export function consumeNats(target: NatsTarget, listener: NatsListener): () => void {
  let isOver = false;
  let connection: NatsConnection | undefined;
  const cut = (): void => void connection?.close().catch(() => undefined);
  const lose = (error: unknown): void => {
    if (isOver) return;
    isOver = true;
    cut();
    const isRefusal = error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError;
    const reason = error instanceof Error ? error.message : String(error);
    listener.lost(
      `${target.url}: ${isRefusal ? 'login refused: ' : ''}${reason}`,
      isRefusal ? REFUSED_LOGIN_PAUSE_MS : undefined,
    );
  };

  const read = async (): Promise<void> => {
    const opened = await connect({ ...target.connection, reconnect: false });
    connection = opened;
    if (isOver) return opened.close();
    opened.closed().then((error) => lose(error ?? new Error('closed by the server')), lose);
    const manager = await jetstreamManager(opened);
    const stream = target.stream ?? (await manager.streams.find(`${target.subject}.sample`));
    const { state } = await manager.streams.info(stream);
    const headMs = Date.parse(state.last_ts);
    await prepare(manager, stream, target);
    for (const told of TOLD_ONCE) {
      const last = await manager.streams.getMessage(stream, { last_by_subj: `${target.subject}.${told}` });
      if (last && !isOver) listener.message(topicOf(last.subject, target), Buffer.from(last.data), false);
    }
    if (isOver) return;
    listener.subscribed();
    const acknowledge = acknowledging(listener.stored);
    const consumer = await jetstream(opened).consumers.get(stream, target.durable);
    const options = {
      max_messages: UNACKNOWLEDGED_MAX / 2,
      expires: target.silenceMs,
      abort_on_missing_resource: true,
    };
    for await (const message of await consumer.consume(options)) {
      if (isOver) {
        message.nak();
        continue;
      }
      const isPast = headMs - message.info.timestampNanos / 1e6 > PAST_MS;
      const topic = topicOf(message.subject, target);
      if (isMeant(topic)) listener.message(topic, Buffer.from(message.data), isPast);
      acknowledge(message);
    }
    throw new Error(`consumer ${target.durable} ended`);
  };

  read().catch(lose);
  return () => {
    if (isOver) return;
    isOver = true;
    if (connection) release(connection);
  };
}

/** What is on its way to us goes back, and acknowledgements go out, before the connection does. */
function release(connection: NatsConnection): void {
  const gone = (): void => void connection.close().catch(() => undefined);
  const deadline = setTimeout(gone, GOODBYE_MS);
  connection
    .drain()
    .catch(gone)
    .finally(() => clearTimeout(deadline));
}

const topicOf = (subject: string, { subject: site }: NatsTarget): string =>
  subject.slice(site.length + 1).replaceAll('.', '/');

/** One that is there goes on where it was, whoever made it. */
async function prepare(manager: JetStreamManager, stream: string, { durable, subject }: NatsTarget): Promise<void> {
  try {
    await manager.consumers.info(stream, durable);
  } catch (error) {
    if (!(error instanceof JetStreamApiError)) throw error;
    await manager.consumers.add(stream, {
      durable_name: durable,
      ack_policy: AckPolicy.Explicit,
      deliver_policy: DeliverPolicy.New,
      filter_subject: `${subject}.>`,
      ack_wait: ACK_WAIT_NS,
      max_ack_pending: UNACKNOWLEDGED_MAX,
    });
  }
}

/** Gathers what came while something before it was stored, so that one wait serves many. */
function acknowledging(stored: () => Promise<unknown>): (message: JsMsg) => void {
  let waiting: JsMsg[] = [];
  const acknowledgeAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const some = [...waiting];
      await stored();
      for (const message of some) message.ack();
      waiting = waiting.slice(some.length);
    }
  };
  return (message) => {
    waiting.push(message);
    // What can't be acknowledged any more is delivered again.
    if (waiting.length === 1) acknowledgeAll().catch(() => undefined);
  };
}
