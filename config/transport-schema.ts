import { z } from 'zod';
import { duration, LONGEST_TIMER_MS } from './duration.ts';
import type { Fault } from './fault.ts';
import { refuse } from './fault.ts';
import { secret } from './secret.ts';
import { size } from './size.ts';

const loginInUrl = (todo: string): Fault => ({
  what: 'the url holds a user name',
  why: 'a url is printed in logs',
  todo,
});

const holdsLogin = (text: string): boolean => /^[a-z]+:\/\/[^/]*@/.test(text);

const brokerUrl = z
  .string()
  .superRefine((text, context) => {
    const isBroker = /^mqtts?:\/\/[^\s/@]+(:\d+)?\/?$/.test(text) && URL.canParse(text);
    if (isBroker) return;
    if (holdsLogin(text)) refuse(context, loginInUrl('move it to username and password'));
    else
      refuse(context, {
        what: `${JSON.stringify(text)} is no broker url`,
        why: 'expected mqtt://host:port or mqtts://host:port',
        todo: 'write for example "mqtts://broker.example:8883"',
      });
  })
  .meta({ description: 'mqtt:// or mqtts:// address of the broker', examples: ['mqtts://broker.example:8883'] });

const platformUrl = z
  .string()
  .superRefine((text, context) => {
    const fault = platformUrlFault(text);
    if (fault) refuse(context, fault);
  })
  .meta({
    description: 'https:// address of the platform; messages are posted to <url>/<site>/<topic>',
    examples: ['https://platform.example/firewatch'],
  });

function platformUrlFault(text: string): Fault | undefined {
  if (holdsLogin(text)) return loginInUrl('move it to token');
  if (!/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/.test(text) || !URL.canParse(text))
    return {
      what: `${JSON.stringify(text)} is no platform url`,
      why: 'expected https://host/path without a query',
      todo: 'write for example "https://platform.example/firewatch"',
    };
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return undefined;
  return {
    what: `${JSON.stringify(text)} is not encrypted`,
    why: 'http:// is only for a gateway on the same machine',
    todo: `write "${text.replace(/^http:/, 'https:')}"`,
  };
}

const file = (description: string) =>
  z
    .string()
    .min(1)
    .meta({ description, examples: ['ca.pem'] });

const tls = z
  .strictObject({
    ca: file('PEM file of the authority that signed the other side, relative to this file').optional(),
    cert: file('PEM file of our certificate, relative to this file').optional(),
    key: secret()
      .meta({ description: 'our private key, by reference', examples: ['${file:client-key.pem}'] })
      .optional(),
    serverName: z.string().meta({ description: 'name in its certificate, where the url differs' }).optional(),
  })
  .meta({ description: 'TLS settings of an mqtts:// or https:// url' })
  .optional();

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
  tls,
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

const httpsTransport = z.strictObject({
  kind: z.literal('https'),
  url: platformUrl,
  token: secret()
    .meta({ description: 'sent as a bearer token, by reference', examples: ['${env:PARK_TOKEN}'] })
    .optional(),
  tls,
  connections: z.number().int().min(1).max(64).meta({ description: 'requests at a time' }).prefault(4),
  timeout: duration({ min: 100, max: LONGEST_TIMER_MS })
    .meta({ description: 'an answer must come within this time' })
    .prefault('10s'),
  messageSize: size({ min: 1000 })
    .meta({ description: 'largest body that the platform takes; default no limit', examples: ['1MB'] })
    .optional(),
});

/** `transport:` of a receiver. */
export const transportSchema = z
  .discriminatedUnion('kind', [mqttTransport, httpsTransport])
  .meta({ description: 'how messages travel' });

export type TransportText = z.output<typeof transportSchema>;
