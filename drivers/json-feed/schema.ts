import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { secret } from '#config/secret.ts';
import { tagFeedKeys } from '../locating/schema.ts';
import { mqttKeys } from '../mqtt-subscription/schema.ts';
import { webSocketKeys, webSocketUrl } from '../web-socket/schema.ts';
import { expression } from '#config/expression.ts';
import { eventMappingSchema } from './event-mapping.ts';
import { factMappingSchema } from './fact-mapping.ts';

const port = z.int().min(1).max(65_535);
const maxMessage = z.int().min(1024).max(16_777_216).default(1_048_576).meta({ description: 'Longest message, bytes' });

/** A listener for authenticated posts. */
export const httpListenSchema = z.strictObject({
  kind: z.literal('http'),
  host: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .meta({ description: 'Address to listen on; 0.0.0.0 is every network of this machine' }),
  port: port.meta({ description: 'Port to listen on; several sources may share one, each with its path' }),
  path: z
    .string()
    .regex(/^\/[\w\-./]*$/)
    .meta({ description: 'Path of the posts', examples: ['/robot-1'] }),
  token: secret().meta({ description: 'What the sender must show, by reference' }),
  cert: secret().optional().meta({ description: 'Our certificate (PEM) by reference: HTTPS instead of HTTP' }),
  key: secret().optional().meta({ description: 'Its private key (PEM), by reference' }),
  maxMessage,
});

const transportSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('mqtt'),
      topics: z.array(z.string().min(1)).min(1).max(100).meta({ description: 'Topics, with + and #' }),
      ...mqttKeys,
    }),
    z.strictObject({
      kind: z.literal('web-socket'),
      url: webSocketUrl('ws://10.0.0.8:8080/feed'),
      protocol: z.string().min(1).optional().meta({ description: 'Sub-protocol, where the server wants one' }),
      token: secret().optional().meta({ description: 'Sent as a bearer token, by reference' }),
      ...webSocketKeys,
    }),
    httpListenSchema,
    z.strictObject({
      kind: z.literal('tcp'),
      host: z.string().min(1).meta({ description: 'Host name or address' }),
      port: port.meta({ description: 'TCP port; one JSON text a line' }),
      connectTimeout: duration({ min: 10, max: 60_000 })
        .prefault('5s')
        .meta({ description: 'Longest time to make the connection' }),
      silence: duration({ min: 300, max: 86_400_000 }).prefault('1m').meta({
        description: 'So long without a byte, and the connection counts as lost; a line has no other sign of life',
      }),
      maxMessage,
    }),
  ])
  .meta({ description: 'How messages come' });

export const optionsSchema = z.strictObject({
  transport: transportSchema,
  facts: z.array(factMappingSchema).max(50).default([]).meta({ description: 'How tags are read out of messages' }),
  events: z
    .array(eventMappingSchema)
    .max(50)
    .default([])
    .meta({ description: 'How events are read out of messages: finds of robots, alarms of third-party systems' }),
  messageId: expression('Id of a message: one that came before is passed over', 'message_id').optional(),
  zone: z
    .string()
    .regex(/^(?:Z|[+-]\d\d:\d\d)$/)
    .optional()
    .meta({ description: 'Zone of times that name none; default is that of this machine', examples: ['+08:00'] }),
  expect: duration({ min: 100, max: 86_400_000 }).prefault('1m').meta({
    description:
      'A point of which no message spoke for so long since the first one is told as an address that does not exist',
  }),
  ...tagFeedKeys,
});

export type JsonFeedOptions = z.output<typeof optionsSchema>;
export type JsonTransport = JsonFeedOptions['transport'];
export type HttpTransport = Extract<JsonTransport, { kind: 'http' }>;
export type TcpTransport = Extract<JsonTransport, { kind: 'tcp' }>;
