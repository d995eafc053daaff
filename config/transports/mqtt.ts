import { z } from 'zod';
import type { MqttOptions } from '#agent/model/receiver.ts';
import type { Reading } from '../check-entry.ts';
import { duration } from '../duration.ts';
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
  acknowledgement: z
    .strictObject({
      topic: z
        .string()
        .regex(/^[^\s/#+$][^\s#+]*$/u)
        .meta({
          description: 'where the receiver answers; no wildcards; default <topicPrefix>/<site>/acknowledged',
          examples: ['park/firewatch/acknowledged'],
        })
        .optional(),
      within: duration({ min: 100, max: 3_600_000 })
        .meta({ description: 'what is not answered within this time is sent again' })
        .prefault('10s'),
    })
    .meta({
      description:
        'a record has arrived when the receiver itself says so; absent, when the broker has it. See config/receivers/firewatch-json/ACKNOWLEDGEMENT.md',
    })
    .optional(),
});

/** `clientId` is that of a client which has none written. */
export function readMqtt(
  text: z.output<typeof mqttSchema>,
  { site, clientId }: { readonly site: string; readonly clientId: string },
  entry: Entry,
  reading: Reading,
): MqttOptions {
  const { kind, topicPrefix, acknowledgement, ...broker } = text;
  const options = { kind, topicPrefix, ...readBroker(broker, clientId, entry, reading) };
  if (!acknowledgement) return options;
  const { topic = `${topicPrefix}/${site}/acknowledged`, within } = acknowledgement;
  return { ...options, acknowledgement: { topic, withinMs: within } };
}
