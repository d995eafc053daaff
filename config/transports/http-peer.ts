import { z } from 'zod';
import type { HttpLogin, HttpPeerOptions } from '#agent/model/receiver.ts';
import type { Reading } from '../check-entry.ts';
import { duration, LONGEST_TIMER_MS } from '../duration.ts';
import type { Fault } from '../fault.ts';
import { refuse } from '../fault.ts';
import type { Entry } from '../place.ts';
import { secret } from '../secret.ts';
import { size } from '../size.ts';
import { isWritten } from './is-written.ts';
import { holdsLogin, loginInUrl } from './login-in-url.ts';
import { readTls, tlsSchema } from './tls.ts';

/** An address that is posted to: encrypted, unless it is on this machine. */
export const httpUrl = (description: string, example: string) =>
  z
    .string()
    .superRefine((text, context) => {
      const fault = httpUrlFault(text, example);
      if (fault) refuse(context, fault);
    })
    .meta({ description, examples: [example] });

function httpUrlFault(text: string, example: string): Fault | undefined {
  if (holdsLogin(text)) return loginInUrl('move it to token, or to username and password');
  if (!/^https?:\/\/[^\s/?#]+(\/[^\s?#]*)?$/.test(text) || !URL.canParse(text))
    return {
      what: `${JSON.stringify(text)} is no platform url`,
      why: 'expected https://host/path without a query',
      todo: `write for example "${example}"`,
    };
  const { protocol, hostname } = new URL(text);
  if (protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return undefined;
  return {
    what: `${JSON.stringify(text)} is not encrypted`,
    why: 'http:// is only for a gateway on the same machine',
    todo: `write "${text.replace(/^http:/, 'https:')}"`,
  };
}

const oauth2 = z
  .strictObject({
    tokenUrl: httpUrl('where tokens are given out', 'https://login.example/oauth2/token'),
    clientId: z.string().min(1).meta({ description: 'our id there' }),
    clientSecret: secret().meta({ description: 'our secret there, by reference', examples: ['${env:PARK_SECRET}'] }),
    scope: z.string().min(1).meta({ description: 'scope to ask for' }).optional(),
  })
  .meta({ description: 'a token by client credentials, fetched anew before it ends' });

const headerName = (header: string, holds: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/)
    .transform((name) => name.toLowerCase())
    .meta({ description: `header that holds ${holds}` })
    .prefault(header);

const appSecret = z
  .strictObject({
    appId: z
      .string()
      .regex(/^[\x21-\x7e]{1,128}$/)
      .meta({ description: 'id that the platform gave us' }),
    secret: secret().meta({ description: 'secret that it gave us, by reference', examples: ['${env:PARK_APPSECRET}'] }),
    algorithm: z
      .enum(['HMAC-SHA-256', 'HMAC-SM3'])
      .meta({ description: 'of the signature and of the body digest in it' })
      .prefault('HMAC-SM3'),
    headers: z
      .strictObject({
        id: headerName('x-app-id', 'the id'),
        timestamp: headerName('x-timestamp', 'the time, in ms since 1970'),
        nonce: headerName('x-nonce', 'a number used once'),
        signature: headerName('x-signature', 'the signature, in hexadecimal'),
      })
      .meta({ description: 'names of the headers' })
      .prefault({}),
  })
  .meta({ description: 'each request signed with a shared secret' });

const proxy = z
  .strictObject({
    url: z
      .string()
      .superRefine((text, context) => {
        if (/^https?:\/\/[^\s/@?#]+(:\d+)?\/?$/.test(text) && URL.canParse(text)) return;
        if (holdsLogin(text)) refuse(context, loginInUrl('move it to username and password'));
        else
          refuse(context, {
            what: `${JSON.stringify(text)} is no address of a proxy`,
            why: 'expected http://host:port',
            todo: 'write for example "http://proxy.example:3128"',
          });
      })
      .meta({ description: 'address of the proxy', examples: ['http://proxy.example:3128'] }),
    username: z.string().meta({ description: 'user name at the proxy' }).optional(),
    password: secret().optional(),
  })
  .meta({ description: 'proxy through which everything goes; nothing is taken from the environment' });

/** What every transport over HTTP asks of its server, beside the url. */
export const httpPeerKeys = {
  token: secret()
    .meta({
      description: 'token by reference; a file is read again at each request, so that it may be renewed',
      examples: ['${env:PARK_TOKEN}'],
    })
    .optional(),
  username: z.string().min(1).meta({ description: 'user name (HTTP Basic)' }).optional(),
  password: secret().optional(),
  oauth2: oauth2.optional(),
  appSecret: appSecret.optional(),
  tls: tlsSchema.optional(),
  proxy: proxy.optional(),
  compression: z
    .enum(['none', 'gzip', 'zstd'])
    .meta({ description: 'Content-Encoding of larger bodies; the server must know it' })
    .prefault('none'),
  connections: z.number().int().min(1).max(64).meta({ description: 'requests at a time' }).prefault(4),
  timeout: duration({ min: 100, max: LONGEST_TIMER_MS })
    .meta({ description: 'an answer must come within this time' })
    .prefault('10s'),
  messageSize: size({ min: 1000 })
    .meta({ description: 'largest body that the platform takes; default no limit', examples: ['1MB'] })
    .optional(),
};

const peerSchema = z.strictObject({ url: z.string(), ...httpPeerKeys });
type PeerText = z.output<typeof peerSchema>;

/** @param scheme of `Authorization` with a token */
export function readHttpPeer(
  text: PeerText,
  scheme: 'Bearer' | 'Token',
  entry: Entry,
  reading: Reading,
): HttpPeerOptions {
  checkLogin(entry, reading);
  const tls = readTls(text, entry, reading);
  const { url, proxy: through, compression, connections, timeout, messageSize } = text;
  const login = loginOf(text, scheme);
  return {
    url: url.replace(/\/$/, ''),
    ...(login && { login }),
    ...(tls && { tls }),
    ...(through && {
      proxy: {
        url: through.url,
        ...(through.username !== undefined && { username: through.username }),
        ...(through.password && { password: through.password }),
      },
    }),
    ...(compression !== 'none' && { compression }),
    connections,
    timeoutMs: timeout,
    ...(messageSize !== undefined && { messageBytes: messageSize }),
  };
}

function loginOf(text: PeerText, scheme: 'Bearer' | 'Token'): HttpLogin | undefined {
  const { token, username, password, oauth2: tokens, appSecret: app } = text;
  if (token) return { kind: 'token', scheme, token };
  if (username !== undefined && password) return { kind: 'basic', username, password };
  if (tokens) {
    const { scope, ...rest } = tokens;
    return { kind: 'oauth2', ...rest, ...(scope !== undefined && { scope }) };
  }
  return app && { kind: 'app-secret', ...app };
}

function checkLogin(entry: Entry, { findings }: Reading): void {
  const why = 'the server needs one way to know us';
  const written = (key: string): boolean => isWritten(entry, ['transport', key]);
  const ways = ['token', 'username', 'oauth2', 'appSecret'].filter(written);
  const [, second] = ways;
  if (second !== undefined)
    findings.errorAt(
      entry,
      ['transport', second],
      { what: `${ways.join(' and ')} at once`, why, todo: 'leave one of them' },
      'key',
    );
  for (const [key, other] of [
    ['password', 'username'],
    ['username', 'password'],
  ] as const)
    if (written(key) && !written(other))
      findings.errorAt(
        entry,
        ['transport', key],
        { what: `a ${key} without a ${other}`, why: 'the server needs both', todo: `add ${other}` },
        'key',
      );
}
