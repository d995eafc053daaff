import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { plainUrl } from '#config/plain-url.ts';
import { secret } from '#config/secret.ts';
import { mqttKeys } from '../mqtt-subscription/schema.ts';

const example = 'mqtt://10.0.0.8:1883';
const natsUrl = /^(nats|tls):\/\/[^\s/@?#]+\/?$/;

export const optionsSchema = z.strictObject({
  ...mqttKeys,
  url: plainUrl({
    pattern: /^(mqtts?|nats|tls):\/\/[^\s/@?#]+\/?$/,
    noun: 'broker address',
    expected: 'mqtt://host:port, mqtts://host:port, nats://host:port or tls://host:port, without user and path',
    example,
  }).meta({
    description: 'mqtt:// or mqtts:// address of the broker; nats:// or tls:// of a server with JetStream',
    examples: [example, 'tls://nats.example:4222'],
  }),
  nats: z
    .strictObject({
      otherUrls: z
        .array(z.string().regex(natsUrl))
        .meta({ description: 'Other servers of the cluster', examples: [['nats://10.0.0.9:4222']] })
        .default([]),
      stream: z
        .string()
        .regex(/^[^\s.*>/\\]+$/)
        .meta({ description: 'The JetStream stream that holds the messages; default whichever takes them' })
        .optional(),
      durable: z
        .string()
        .regex(/^[^\s.*>/\\]+$/)
        .meta({ description: 'Name of the durable consumer, made where it is not there; default firewatch-<source>' })
        .optional(),
      token: secret().optional(),
      credentials: secret()
        .meta({ description: 'Credentials file (.creds), by reference', examples: ['${file:site.creds}'] })
        .optional(),
    })
    .meta({ description: 'Only for nats:// and tls://, where version, qos, clientId and maxMessage have no meaning' })
    .optional(),
  site: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .meta({ description: "The other agent's site id, as it stands in its topics", examples: ['tank-farm', 'plant-a'] }),
  topicPrefix: z
    .string()
    .regex(/^[^#+\s]+$/)
    .default('firewatch')
    .meta({ description: 'Topics are <prefix>/<site>/<stream>, as its receiver is configured there' }),
  expect: duration({ min: 100, max: 86_400_000 }).prefault('5m').meta({
    description: 'A point of which the other agent has told nothing for so long since the connection is bad',
  }),
});

export type FirewatchFeedOptions = z.output<typeof optionsSchema>;

/** Id of the point at the other site. */
export const addressSchema = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'Id of the point at the other site', examples: ['T-101.temperature'] });
