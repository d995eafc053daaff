import { z } from 'zod';
import type { MqttOptions } from '#agent/model/receiver.ts';
import type { Reading } from '../check-entry.ts';
import type { Entry } from '../place.ts';
import { brokerKeys, readBroker } from './mqtt-broker.ts';

export const mqttSchema = z.strictObject({
  kind: z.literal('mqtt'),
  ...brokerKeys,
  topicPrefix: z
    .string()
    .regex(/^[^\s/#+$][^\s#+]*[^\s/#+]$|^[^\s/#+$]$/u)
    .meta({
      description: 'topics are <prefix>/<site>/<stream>; no wildcards, no slash at either end',
      examples: ['firewatch'],
    })
    .prefault('firewatch'),
});

/** @param clientId that of a client which has none written */
export function readMqtt(
  text: z.output<typeof mqttSchema>,
  clientId: string,
  entry: Entry,
  reading: Reading,
): MqttOptions {
  const { kind, topicPrefix, ...broker } = text;
  return { kind, topicPrefix, ...readBroker(broker, clientId, entry, reading) };
}
