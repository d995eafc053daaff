import { connectAsync, type IPublishPacket } from 'mqtt';
import type { Delivered } from './message-check.ts';

/** What the receiver itself says of a message. */
export interface OwnAnswer {
  readonly name: string;
  readonly word: 'accepted' | { readonly refused: string };
}

export interface SubscriptionOptions {
  readonly url: string;
  /** Of MQTT; absent: 5. */
  readonly version?: 5 | '3.1.1' | undefined;
  readonly topicPrefix: string;
  readonly take: (topic: string, delivered: Omit<Delivered, 'topic' | 'site'>) => OwnAnswer | undefined;
}

const SESSION_DAYS = 7;

/**
 * Listens at a broker with a session that the broker keeps, as a platform would. Over MQTT 5 it answers on the response
 * topic, and what it has without a payload; over 3.1.1 by name on `<prefix>/<site>/acknowledged`.
 */
export async function subscribeToBroker({
  url,
  version = 5,
  topicPrefix,
  take,
}: SubscriptionOptions): Promise<{ stop: () => Promise<void> }> {
  const client = await connectAsync(url, {
    protocolVersion: version === 5 ? 5 : 4,
    clientId: `firewatch-receiver-${process.pid}-${Math.random().toString(36).slice(2, 8)}`,
    clean: false,
    reconnectPeriod: 200,
    ...(version === 5 && { properties: { sessionExpiryInterval: SESSION_DAYS * 86_400 } }),
  });
  const answer = ({ name, word }: OwnAnswer, topic: string, properties: IPublishPacket['properties']): void => {
    const text = JSON.stringify(
      word === 'accepted' ? { accepted: [name] } : { refused: [{ id: name, reason: word.refused }] },
    );
    if (version !== 5) return void client.publish(`${siteOf(topic, topicPrefix)}/acknowledged`, text, { qos: 1 });
    const { responseTopic, correlationData } = properties ?? {};
    if (responseTopic === undefined || correlationData === undefined) return;
    const told = word === 'accepted' ? '' : text;
    client.publish(responseTopic, told, { qos: 1, properties: { correlationData } });
  };
  client.on('error', () => undefined);
  client.on('message', (topic, payload, { properties }) => {
    // Its own answers come back under the prefix.
    if (topic.endsWith('/acknowledged')) return;
    const own = take(topic, {
      payload,
      contentType: properties?.contentType,
      userProperties: { ...properties?.userProperties },
    });
    if (own) answer(own, topic, properties);
  });
  await client.subscribeAsync(`${topicPrefix}/#`, { qos: 1 });
  return { stop: () => client.endAsync(true) };
}

const siteOf = (topic: string, topicPrefix: string): string => {
  const [site = ''] = topic.slice(topicPrefix.length + 1).split('/');
  return `${topicPrefix}/${site}`;
};
