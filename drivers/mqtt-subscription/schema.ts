import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { plainUrl } from '#config/plain-url.ts';
import { secret } from '#config/secret.ts';

const example = 'mqtt://10.0.0.8:1883';

/** The keys of a source that subscribes to a broker. */
export const mqttKeys = {
  url: plainUrl({
    pattern: /^mqtts?:\/\/[^\s/@?#]+\/?$/,
    noun: 'broker address',
    expected: 'mqtt://host:port or mqtts://host:port, without user and path',
    example,
  }).meta({ description: 'mqtt:// or mqtts:// address of the broker', examples: [example] }),
  version: z
    .union([z.literal(4), z.literal(5)])
    .default(4)
    .meta({ description: 'MQTT version as it stands in the protocol: 4 is 3.1.1' }),
  qos: z
    .union([z.literal(0), z.literal(1)])
    .default(0)
    .meta({ description: 'Quality of service that is asked for' }),
  clientId: z.string().min(1).max(128).optional().meta({
    description: 'Default is made of the source’s id; two clients with the same id throw each other out',
  }),
  user: z.string().min(1).optional().meta({ description: 'User name' }),
  password: secret().optional(),
  ca: secret()
    .optional()
    .meta({
      description: "The authority (PEM) that signed the broker's certificate, by reference",
      examples: ['${file:ca.pem}'],
    }),
  connectTimeout: duration({ min: 10, max: 60_000 })
    .prefault('5s')
    .meta({ description: 'Longest time to make the connection' }),
  silence: duration({ min: 1000, max: 600_000 }).prefault('30s').meta({
    description: 'So long without a sign of the broker, and the connection counts as lost; pings go out in between',
  }),
  maxMessage: z.int().min(1024).max(16_777_216).default(1_048_576).meta({
    description: 'Longest packet, bytes; a longer one ends the connection',
  }),
} as const;
