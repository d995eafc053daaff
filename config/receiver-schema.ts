import { z } from 'zod';
import type { Stream } from '#agent/model/record.ts';
import { duration } from './duration.ts';
import { refuse } from './fault.ts';
import { nameText, receiverIdText } from './id-schema.ts';
import { secret } from './secret.ts';

const streams = ['alarm', 'event', 'gap', 'audit', 'sample'] as const satisfies readonly Stream[];
const streamList = z
  .array(z.enum(streams))
  .meta({ description: 'streams of this lane; a stream stands in one lane only' });

const brokerUrl = z
  .string()
  .superRefine((text, context) => {
    const isBroker = /^mqtts?:\/\/[^\s/@]+(:\d+)?\/?$/.test(text) && URL.canParse(text);
    if (isBroker) return;
    const holdsLogin = /^[a-z]+:\/\/[^/]*@/.test(text);
    refuse(context, {
      what: holdsLogin ? 'the url holds a user name' : `${JSON.stringify(text)} is no broker url`,
      why: holdsLogin ? 'a url is printed in logs' : 'expected mqtt://host:port or mqtts://host:port',
      todo: holdsLogin ? 'move it to username and password' : 'write for example "mqtts://broker.example:8883"',
    });
  })
  .meta({ description: 'mqtt:// or mqtts:// address of the broker', examples: ['mqtts://broker.example:8883'] });

const file = (description: string) =>
  z
    .string()
    .min(1)
    .meta({ description, examples: ['ca.pem'] });

const mqttTransport = z.strictObject({
  kind: z.literal('mqtt'),
  url: brokerUrl,
  version: z.literal(5).meta({ description: 'MQTT version' }).prefault(5),
  clientId: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/)
    .meta({ description: 'MQTT client id: printable ASCII, unique at the broker; default <site>-<receiver>' })
    .optional(),
  username: z.string().meta({ description: 'user name at the broker' }).optional(),
  password: secret().optional(),
  tls: z
    .strictObject({
      ca: file('PEM file of the authority that signed the broker, relative to this file').optional(),
      cert: file('PEM file of our certificate, relative to this file').optional(),
      key: secret()
        .meta({ description: 'our private key, by reference', examples: ['${file:client-key.pem}'] })
        .optional(),
      serverName: z
        .string()
        .meta({ description: 'name in the certificate of the broker, where the url differs' })
        .optional(),
    })
    .meta({ description: 'TLS settings of an mqtts:// url' })
    .optional(),
  topicPrefix: z
    .string()
    .regex(/^[^\s/#+$][^\s#+]*[^\s/#+]$|^[^\s/#+$]$/u)
    .meta({
      description: 'topics are <prefix>/<site>/<stream>; no wildcards, no slash at either end',
      examples: ['firewatch'],
    })
    .prefault('firewatch'),
  keepalive: duration({ min: 1000, max: 65_535_000 }).meta({ description: 'MQTT keep alive' }).prefault('30s'),
  requireSubscriber: z
    .boolean()
    .meta({ description: 'hold messages while nobody is subscribed; false where the broker itself consumes them' })
    .prefault(true),
});

const lanes = z
  .strictObject({
    alarm: z
      .strictObject({ streams: streamList.prefault(['alarm', 'event', 'gap', 'audit']) })
      .meta({ description: 'sent first' })
      .prefault({}),
    live: z
      .strictObject({
        streams: streamList.prefault(['sample']),
        within: duration({ min: 1000 }).meta({ description: 'what is older goes by backfill' }).prefault('30s'),
      })
      .meta({ description: 'sent next' })
      .prefault({}),
    backfill: z
      .strictObject({
        samplesPerSecond: z.number().int().positive().meta({ description: 'limit of the backfill' }).prefault(20_000),
      })
      .meta({ description: 'sent last: what an outage left behind' })
      .prefault({}),
    inFlight: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .meta({ description: 'messages sent and not acknowledged' })
      .prefault(20),
  })
  .meta({ description: 'how urgently each stream is sent' });

/** One entry of `receivers:`. */
export const receiverSchema = z.strictObject({
  id: receiverIdText,
  name: nameText('name for people; default the id').optional(),
  transport: z.discriminatedUnion('kind', [mqttTransport]).meta({ description: 'how messages travel' }),
  profile: z.enum(['firewatch-json']).meta({ description: 'how messages look' }).prefault('firewatch-json'),
  lanes: lanes.prefault({}),
});

export type ReceiverText = z.output<typeof receiverSchema>;
