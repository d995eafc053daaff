import { z } from 'zod';
import type { KafkaOptions } from '#agent/model/receiver.ts';
import type { Reading } from '../check-entry.ts';
import { duration, LONGEST_TIMER_MS } from '../duration.ts';
import { refuse } from '../fault.ts';
import type { Entry } from '../place.ts';
import { secret } from '../secret.ts';
import { size } from '../size.ts';
import { holdsLogin, loginInUrl } from './login-in-url.ts';
import { readTls, tlsSchema } from './tls.ts';

const brokerUrl = (description: string) =>
  z
    .string()
    .superRefine((text, context) => {
      if (/^kafkas?:\/\/[^\s/@:]+:\d{1,5}$/.test(text) && URL.canParse(text)) return;
      if (holdsLogin(text)) refuse(context, loginInUrl('move it to sasl'));
      else
        refuse(context, {
          what: `${JSON.stringify(text)} is no url of a Kafka broker`,
          why: 'expected kafka://host:port, or kafkas://host:port over TLS',
          todo: 'write for example "kafkas://kafka.example:9093"',
        });
    })
    .meta({ description, examples: ['kafkas://kafka.example:9093'] });

const sasl = z
  .strictObject({
    mechanism: z
      .enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'])
      .meta({ description: 'how the login is proven' })
      .prefault('SCRAM-SHA-512'),
    username: z.string().min(1).meta({ description: 'user name at the cluster' }).optional(),
    password: secret().optional(),
    token: secret().meta({ description: 'token of OAUTHBEARER, by reference' }).optional(),
  })
  .meta({ description: 'login at the brokers' });

export const kafkaSchema = z.strictObject({
  kind: z.literal('kafka'),
  url: brokerUrl('kafka:// or kafkas:// (TLS) address of a broker of the cluster'),
  otherUrls: z.array(brokerUrl('another broker')).meta({ description: 'other brokers to begin with' }).prefault([]),
  clientId: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,128}$/)
    .meta({ description: 'client id at the brokers; default <site>-<receiver>' })
    .optional(),
  sasl: sasl.optional(),
  tls: tlsSchema.optional(),
  topicPrefix: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/)
    .meta({ description: 'topics are <prefix>.<stream>; they must be there' })
    .prefault('firewatch'),
  compression: z.enum(['none', 'gzip', 'zstd']).meta({ description: 'of batches' }).prefault('none'),
  messageSize: size({ min: 10_000 })
    .meta({ description: 'largest message that the topics take (max.message.bytes)', examples: ['1MB'] })
    .prefault('1MB'),
  timeout: duration({ min: 100, max: LONGEST_TIMER_MS })
    .meta({ description: 'an acknowledgement of all replicas must come within this time' })
    .prefault('10s'),
});

/** @param clientId that of a client which has none written */
export function readKafka(
  text: z.output<typeof kafkaSchema>,
  clientId: string,
  entry: Entry,
  reading: Reading,
): KafkaOptions {
  const tls = readTls(text, entry, reading);
  const { kind, url, otherUrls, topicPrefix, compression, messageSize, timeout } = text;
  const report = (path: readonly (string | number)[], what: string, why: string, todo: string): void =>
    reading.findings.errorAt(entry, ['transport', ...path], { what, why, todo });
  for (const [index, other] of otherUrls.entries())
    if (other.split(':')[0] !== url.split(':')[0])
      report(
        ['otherUrls', index],
        'one broker over TLS and another not',
        'a cluster is one or the other',
        'write the same beginning',
      );
  const login = text.sasl;
  if (login) {
    const isToken = login.mechanism === 'OAUTHBEARER';
    if (isToken && !login.token)
      report(['sasl'], 'OAUTHBEARER without a token', 'there is nothing to show', 'add token');
    if (!isToken && !(login.username !== undefined && login.password))
      report(['sasl'], `${login.mechanism} without username and password`, 'the broker needs both', 'add them');
    if (login.mechanism === 'PLAIN' && !url.startsWith('kafkas:'))
      report(
        ['sasl', 'mechanism'],
        'PLAIN without TLS',
        'the password would cross the network in the clear',
        'write kafkas:// in the url, or a SCRAM mechanism',
      );
  }
  return {
    kind,
    url,
    otherUrls,
    clientId: text.clientId ?? clientId,
    ...(login && {
      sasl: {
        mechanism: login.mechanism,
        ...(login.username !== undefined && { username: login.username }),
        ...(login.password && { password: login.password }),
        ...(login.token && { token: login.token }),
      },
    }),
    ...(tls && { tls }),
    topicPrefix,
    compression,
    messageBytes: messageSize,
    timeoutMs: timeout,
  };
}
