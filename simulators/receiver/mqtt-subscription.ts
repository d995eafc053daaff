import { connectAsync } from 'mqtt';
import type { Delivered } from './message-check.ts';

export interface SubscriptionOptions {
  readonly url: string;
  /** Of MQTT; absent: 5. */
  readonly version?: 5 | '3.1.1' | undefined;
  readonly topicPrefix: string;
  readonly take: (topic: string, delivered: Omit<Delivered, 'topic' | 'site'>) => void;
}

const SESSION_DAYS = 7;

/** Listens at a broker with a session that the broker keeps, as a platform would. */
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
  client.on('error', () => undefined);
  client.on('message', (topic, payload, { properties }) =>
    take(topic, { payload, contentType: properties?.contentType, userProperties: { ...properties?.userProperties } }),
  );
  await client.subscribeAsync(`${topicPrefix}/#`, { qos: 1 });
  return { stop: () => client.endAsync(true) };
}
