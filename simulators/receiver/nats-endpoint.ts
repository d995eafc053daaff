import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { Delivered } from './message-check.ts';

const STREAM = 'FIREWATCH';

interface Stored {
  readonly id: string;
  readonly delivered: Delivered;
}

/** The platform's side of a JetStream server: owns the stream, and reads all that it has stored. */
export async function openNatsEndpoint(url: string, subjectPrefix: string) {
  const connection = await connect({ servers: url, reconnect: false });
  const manager = await jetstreamManager(connection);

  return {
    makeStream: async (
      more: { readonly max_msg_size?: number; readonly num_replicas?: number } = {},
    ): Promise<void> => {
      await manager.streams.add({ name: STREAM, subjects: [`${subjectPrefix}.>`], ...more });
    },
    /** Everything in the stream, in its order. */
    stored: async (): Promise<Stored[]> => {
      const { messages } = (await manager.streams.info(STREAM)).state;
      if (messages === 0) return [];
      const consumer = await jetstream(connection).consumers.get(STREAM);
      const found: Stored[] = [];
      for await (const message of await consumer.fetch({ max_messages: messages, expires: 2_000 })) {
        const [site = '', ...topic] = message.subject.slice(subjectPrefix.length + 1).split('.');
        const header = (name: string): string => message.headers?.get(name) ?? '';
        const properties = (message.headers?.keys() ?? [])
          .filter((name) => name.startsWith('firewatch-'))
          .map((name) => [name.slice('firewatch-'.length), header(name)] as const);
        const delivered = {
          site,
          topic: topic.join('/'),
          payload: Buffer.from(message.data),
          contentType: header('content-type'),
          userProperties: Object.fromEntries(properties),
        };
        found.push({ id: header('Nats-Msg-Id'), delivered });
      }
      return found;
    },
    close: (): Promise<void> => connection.close(),
  };
}
