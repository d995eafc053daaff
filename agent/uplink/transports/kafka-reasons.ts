import type { Outcome } from './transport.ts';
import { whyLost } from './why-lost.ts';

interface Reason {
  readonly todo: string;
  readonly isMessageFault?: true;
}

/** Errors of brokers (Kafka protocol guide, error codes) that a wait or another connection does not mend. */
const refusals = new Map<string, Reason>([
  ['CORRUPT_MESSAGE', { todo: 'the broker does not take this message', isMessageFault: true }],
  ['MESSAGE_TOO_LARGE', { todo: "raise the topic's max.message.bytes", isMessageFault: true }],
  ['RECORD_LIST_TOO_LARGE', { todo: "raise the broker's segment size", isMessageFault: true }],
  ['INVALID_RECORD', { todo: "the topic's rules do not take this message", isMessageFault: true }],
  ['UNSUPPORTED_COMPRESSION_TYPE', { todo: 'change transport.compression' }],
  ['UNKNOWN_TOPIC_OR_PARTITION', { todo: 'create the topics <topicPrefix>.<stream>' }],
  ['INVALID_TOPIC_EXCEPTION', { todo: 'check transport.topicPrefix' }],
  ['TOPIC_AUTHORIZATION_FAILED', { todo: "allow writing to <topicPrefix>.* in the cluster's access rights" }],
  ['CLUSTER_AUTHORIZATION_FAILED', { todo: 'allow IDEMPOTENT_WRITE on the cluster' }],
  ['POLICY_VIOLATION', { todo: "ask the cluster's operator" }],
]);

/** What a failed send means; undefined: the connection is not worth keeping. */
export function outcomeOf(error: unknown): Outcome | undefined {
  for (const each of causesOf(error)) {
    const reason = refusals.get(apiIdOf(each));
    if (reason)
      return {
        type: 'refused',
        reason: `Kafka answered ${apiIdOf(each)}; ${reason.todo}`,
        isMessageFault: reason.isMessageFault ?? false,
      };
  }
  return undefined;
}

/** Why a connection failed or ended, and what to do about it. */
export function whyKafkaLost(error: unknown): string {
  const refused = outcomeOf(error);
  if (refused?.type === 'refused') return refused.reason;
  const causes = causesOf(error);
  if (
    causes.some(({ code }) => code === 'PLT_KFK_AUTHENTICATION') ||
    causes.some((each) => apiIdOf(each).startsWith('SASL'))
  )
    return 'the broker refused the login; check transport.sasl';
  const answered = causes.find((each) => apiIdOf(each) !== '');
  if (answered) return `Kafka answered ${apiIdOf(answered)}: ${answered.message}`;
  if (causes.some(({ code }) => code === 'PLT_KFK_TIMEOUT')) return 'no answer in time; the broker does not answer';
  // The library's own words come last in the chain of causes, those of the socket first.
  return whyLost(causes.at(-1) ?? error);
}

type Caused = Error & { readonly code?: unknown; readonly apiId?: unknown };

/** The library has its own words for a topic that the metadata do not know. */
const apiIdOf = ({ apiId, message }: Caused): string => {
  if (typeof apiId === 'string') return apiId;
  return /^Unknown topic\b/.test(message) ? 'UNKNOWN_TOPIC_OR_PARTITION' : '';
};

const DEPTH_MAX = 8;

/** An error, what it holds, and what caused them. */
function causesOf(error: unknown, depth = 0): Caused[] {
  if (!(error instanceof Error) || depth > DEPTH_MAX) return [];
  const held: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...[...held, error.cause].flatMap((each) => causesOf(each, depth + 1))];
}
