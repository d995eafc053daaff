import type { Producer, ProducerOptions, SASLOptions } from '@platformatic/kafka';
import { Observable } from 'rxjs';
import type { SiteId } from '#agent/model/ids.ts';
import type { KafkaOptions } from '#agent/model/receiver.ts';
import type { Message, Presence } from '../profiles/profile.ts';
import { outcomeOf, whyKafkaLost } from './kafka-reasons.ts';
import { pem } from './pem.ts';
import { type Link, type Outcome, type Transport, TransportError } from './transport.ts';

export interface KafkaTransportParts {
  readonly options: KafkaOptions;
  readonly site: SiteId;
  readonly presence: (state: Presence) => Message;
  readonly introductions: readonly Message[];
}

const GOODBYE_MS = 1_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A cluster moves its leaders within this; what is still refused then is tried over a new connection. */
const RETRIES = 3;
const RETRY_DELAY_MS = 250;
/** Room for key, headers and batch around a message. */
const HEADER_BYTES = 2_048;
const IN_FLIGHT = 4_000;

interface Waiting {
  readonly message: Message;
  readonly settled: (outcome: Outcome) => void;
}

/**
 * Publishes to a Kafka cluster: acks of all in-sync replicas, and an idempotent producer whose repeats the brokers drop.
 * One request at a time, with all that waits in it. The topics are the platform's: nothing is created here.
 */
export const kafkaTransport = (parts: KafkaTransportParts): Transport => ({
  releaseWithinMs: 2 * GOODBYE_MS,
  acceptedBy: 'broker',
  link$: new Observable<Link>((subscriber) => {
    const { options, presence, introductions } = parts;
    let isReleased = false;
    let isSending = false;
    const waiting: Waiting[] = [];
    const fail = (error: unknown): void => {
      if (!isReleased)
        subscriber.error(new TransportError(`Kafka at ${options.url}: ${whyKafkaLost(error)}`, { cause: error }));
    };
    let producer: Producer | undefined;
    const publish = async (messages: readonly Message[]): Promise<void> => {
      await producer?.send({ messages: messages.map((message) => recordOf(parts, message)) });
    };

    /** A refused batch is told apart message by message: one that is too large must not cost its neighbours. */
    const deliver = async (batch: readonly Waiting[]): Promise<void> => {
      try {
        await publish(batch.map(({ message }) => message));
        for (const { settled } of batch) if (!isReleased) settled({ type: 'accepted' });
      } catch (error) {
        const outcome = outcomeOf(error);
        if (!outcome) throw error;
        const [only] = batch;
        if (batch.length === 1 && only) {
          if (!isReleased) only.settled(outcome);
        } else for (const each of batch) await deliver([each]);
      }
    };
    const takeAll = (): Waiting[] => (isReleased ? [] : waiting.splice(0));
    const pump = async (): Promise<void> => {
      // What is sent in the same turn travels together.
      await Promise.resolve();
      for (let batch = takeAll(); batch.length > 0; batch = takeAll()) await deliver(batch);
      isSending = false;
    };
    const send: Link['send'] = (message, settled) => {
      waiting.push({ message, settled });
      if (isSending) return;
      isSending = true;
      pump().catch(fail);
    };
    const limits = { inFlight: IN_FLIGHT, messageBytes: options.messageBytes - HEADER_BYTES };
    const begin = async (): Promise<void> => {
      // Loaded where it is needed: it takes seconds and tens of megabytes.
      const library = await import('@platformatic/kafka');
      if (isReleased) return;
      producer = new library.Producer(producerOptions(options));
      await publish([...introductions, presence('online')]);
      if (!isReleased) subscriber.next({ limits, send });
    };
    begin().catch(fail);
    return () => {
      isReleased = true;
      const gone = (): void => void producer?.close(true).catch(() => undefined);
      const deadline = setTimeout(gone, GOODBYE_MS);
      publish([presence('stopped')])
        .catch(() => undefined)
        .finally(() => {
          clearTimeout(deadline);
          gone();
        });
    };
  }),
});

/** Options under which the library gives up soon; its own idea of an idempotent producer is to try for ever. */
function producerOptions(options: KafkaOptions): ProducerOptions<Buffer, Buffer, Buffer, Buffer> {
  const { url, otherUrls, clientId, timeoutMs, compression } = options;
  return {
    clientId,
    bootstrapBrokers: [url, ...otherUrls].map((text) => new URL(text).host),
    idempotent: true,
    retries: RETRIES,
    retryDelay: RETRY_DELAY_MS,
    connectTimeout: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
    requestTimeout: timeoutMs,
    timeout: timeoutMs,
    autocreateTopics: false,
    ...(compression === 'none' ? {} : { compression }),
    ...tlsOf(options),
    ...(options.sasl ? { sasl: saslOf(options.sasl) } : {}),
  };
}

function tlsOf({ url, tls = {} }: KafkaOptions): Pick<ProducerOptions<Buffer, Buffer, Buffer, Buffer>, 'tls'> {
  if (!url.startsWith('kafkas:')) return {};
  const { ca, cert, key, serverName } = tls;
  return {
    tls: {
      ...(ca === undefined ? {} : { ca: pem(ca) }),
      ...(cert === undefined ? {} : { cert: pem(cert) }),
      ...(key === undefined ? {} : { key: pem(key.reveal()) }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    },
  };
}

/** Secrets are asked for at each connection, so that a renewed one is used. */
function saslOf({ mechanism, username, password, token }: NonNullable<KafkaOptions['sasl']>): SASLOptions {
  return {
    mechanism,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: () => password.reveal() }),
    ...(token === undefined ? {} : { token: () => token.reveal() }),
  };
}

/** One key a site and stream, so that a stream stays in one partition and in order; the record's id is a header. */
function recordOf({ options, site }: KafkaTransportParts, message: Message) {
  const { topic, payload, contentType, schema, isSimulated, encoding, id, headers = {} } = message;
  const [stream = topic] = topic.split('/', 1);
  const told = {
    site,
    ...(id === undefined ? {} : { id }),
    'content-type': contentType,
    schema,
    sim: String(isSimulated),
    ...(encoding === undefined ? {} : { encoding }),
    ...headers,
  };
  return {
    topic: `${options.topicPrefix}.${stream}`,
    key: Buffer.from(`${site}/${topic}`),
    value: payload,
    headers: new Map(Object.entries(told).map(([name, value]) => [Buffer.from(name), Buffer.from(value)])),
  };
}
