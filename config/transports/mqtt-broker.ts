import { z } from 'zod';
import type { MqttBrokerOptions } from '#agent/model/receiver.ts';
import type { Reading } from '../check-entry.ts';
import { duration } from '../duration.ts';
import { refuse } from '../fault.ts';
import type { Entry } from '../place.ts';
import { secret } from '../secret.ts';
import { isWritten } from './is-written.ts';
import { holdsLogin, loginInUrl } from './login-in-url.ts';
import { readTls, tlsSchema } from './tls.ts';

const brokerUrl = z
  .string()
  .superRefine((text, context) => {
    const isBroker =
      /^(mqtts?:\/\/[^\s/@]+(:\d+)?\/?|wss?:\/\/[^\s/@?#]+(\/[^\s?#]*)?)$/.test(text) && URL.canParse(text);
    if (isBroker) return;
    if (holdsLogin(text)) refuse(context, loginInUrl('move it to username and password'));
    else
      refuse(context, {
        what: `${JSON.stringify(text)} is no broker url`,
        why: 'expected mqtt://host:port, mqtts://host:port, ws://host:port/path or wss://host:port/path',
        todo: 'write for example "mqtts://broker.example:8883"',
      });
  })
  .meta({
    description: 'mqtt:// or mqtts:// address of the broker; ws:// or wss:// with a path for MQTT over WebSocket',
    examples: ['mqtts://broker.example:8883', 'wss://broker.example/mqtt'],
  });

/** What every transport over MQTT asks of its broker. */
export const brokerKeys = {
  url: brokerUrl,
  version: z
    .union([z.literal(5), z.literal('3.1.1')])
    .meta({ description: 'MQTT version: 5, or 3.1.1 for a broker that knows no better; without seal then' })
    .prefault(5),
  clientId: z
    .string()
    .regex(/^[\x21-\x7e]{1,128}$/)
    .meta({ description: 'MQTT client id: printable ASCII, unique at the broker; default <site>-<receiver>' })
    .optional(),
  username: z.string().meta({ description: 'user name at the broker' }).optional(),
  password: secret()
    .meta({
      description:
        'password or token, by reference; a file is read again at each connection, so that it may be renewed',
      examples: ['${env:MQTT_PASSWORD}', '${file:/run/secrets/token}'],
    })
    .optional(),
  tls: tlsSchema.optional(),
  keepalive: duration({ min: 1000, max: 65_535_000 }).meta({ description: 'MQTT keep alive' }).prefault('30s'),
  requireSubscriber: z
    .boolean()
    .meta({
      description:
        'hold messages while nobody is subscribed; false where the broker itself consumes them. Only a broker of MQTT 5 tells',
    })
    .prefault(true),
};

const brokerSchema = z.strictObject(brokerKeys);

/** @param clientId that of a client which has none written */
export function readBroker(
  text: z.output<typeof brokerSchema>,
  clientId: string,
  entry: Entry,
  reading: Reading,
): MqttBrokerOptions {
  const tls = readTls(text, entry, reading);
  const { url, version, username, password, keepalive } = text;
  if (!isWritten(entry, ['transport', 'username']) && password)
    reading.findings.errorAt(
      entry,
      ['transport', 'password'],
      { what: 'a password without a username', why: 'the broker needs both', todo: 'add username' },
      'key',
    );
  if (version !== 5) checkOldVersion(text, entry, reading);
  return {
    url,
    version,
    clientId: text.clientId ?? clientId,
    ...(username !== undefined && { username }),
    ...(password && { password }),
    ...(tls && { tls }),
    keepaliveMs: keepalive,
    requireSubscriber: text.requireSubscriber && version === 5,
  };
}

function checkOldVersion(text: z.output<typeof brokerSchema>, entry: Entry, { findings }: Reading): void {
  if (isWritten(entry, ['seal']))
    findings.errorAt(
      entry,
      ['seal'],
      {
        what: 'a seal over MQTT 3.1.1',
        why: 'signature and key ids travel as user properties, which only MQTT 5 has',
        todo: 'write version: 5, or use https, or delete seal',
      },
      'key',
    );
  if (!text.requireSubscriber) return;
  if (isWritten(entry, ['transport', 'requireSubscriber']))
    findings.errorAt(entry, ['transport', 'requireSubscriber'], {
      what: 'requireSubscriber over MQTT 3.1.1',
      why: 'only a broker of MQTT 5 says whether anybody is subscribed',
      todo: 'write requireSubscriber: false, and see to it that the platform subscribes with a session that is kept',
    });
  else
    findings.warnAt(entry, ['transport', 'version'], {
      what: 'a broker of MQTT 3.1.1 does not say whether anybody is subscribed',
      why: 'what it takes while nobody is counts as delivered, and is lost',
      todo: 'see to it that the platform subscribes with a session that is kept, and write requireSubscriber: false',
    });
}
