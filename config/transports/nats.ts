import { z } from 'zod';
import type { NatsOptions } from '#agent/model/receiver.ts';
import type { Reading } from '../check-entry.ts';
import { duration, LONGEST_TIMER_MS } from '../duration.ts';
import { refuse } from '../fault.ts';
import type { Entry } from '../place.ts';
import { secret } from '../secret.ts';
import { isWritten } from './is-written.ts';
import { holdsLogin, loginInUrl } from './login-in-url.ts';
import { readTls, tlsSchema } from './tls.ts';

const serverUrl = (description: string) =>
  z
    .string()
    .superRefine((text, context) => {
      if (/^(nats|tls):\/\/[^\s/@]+(:\d+)?\/?$/.test(text) && URL.canParse(text)) return;
      if (holdsLogin(text)) refuse(context, loginInUrl('move it to username and password'));
      else
        refuse(context, {
          what: `${JSON.stringify(text)} is no url of a NATS server`,
          why: 'expected nats://host:port or tls://host:port',
          todo: 'write for example "tls://nats.example:4222"',
        });
    })
    .meta({ description, examples: ['tls://nats.example:4222'] });

export const natsSchema = z.strictObject({
  kind: z.literal('nats'),
  url: serverUrl('nats:// or tls:// address of a server with JetStream'),
  otherUrls: z.array(serverUrl('another server')).meta({ description: 'other servers of the cluster' }).prefault([]),
  username: z.string().meta({ description: 'user name at the server' }).optional(),
  password: secret().optional(),
  token: secret().optional(),
  credentials: secret()
    .meta({ description: 'credentials file (.creds), by reference', examples: ['${file:site.creds}'] })
    .optional(),
  tls: tlsSchema.optional(),
  subjectPrefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/)
    .meta({ description: 'subjects are <prefix>.<site>.<stream>; a JetStream stream must take them' })
    .prefault('firewatch'),
  stream: z
    .string()
    .regex(/^[^\s.*>/\\]+$/)
    .meta({ description: 'the JetStream stream that must take the messages; default whichever does' })
    .optional(),
  timeout: duration({ min: 100, max: LONGEST_TIMER_MS })
    .meta({ description: 'an acknowledgement must come within this time' })
    .prefault('10s'),
});

/** @param name of this client at the server */
export function readNats(text: z.output<typeof natsSchema>, name: string, entry: Entry, reading: Reading): NatsOptions {
  const tls = readTls(text, entry, reading);
  const { kind, url, otherUrls, username, password, token, credentials, subjectPrefix, stream, timeout } = text;
  const report = (key: string, what: string, todo: string): void =>
    reading.findings.errorAt(
      entry,
      ['transport', key],
      { what, why: 'the server needs one way to know us', todo },
      'key',
    );
  if (password && !isWritten(entry, ['transport', 'username']))
    report('password', 'a password without a username', 'add username');
  const ways = (['username', 'token', 'credentials'] as const).filter((key) => isWritten(entry, ['transport', key]));
  if (ways[1] !== undefined) report(ways[1], `${ways.join(' and ')} at once`, 'leave one of them');
  return {
    kind,
    url,
    otherUrls,
    name,
    ...(username !== undefined && { username }),
    ...(password && { password }),
    ...(token && { token }),
    ...(credentials && { credentials }),
    ...(tls && { tls }),
    subjectPrefix,
    ...(stream !== undefined && { stream }),
    timeoutMs: timeout,
  };
}
