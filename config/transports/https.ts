import { z } from 'zod';
import type { HttpsOptions } from '#agent/model/receiver.ts';
import type { Reading } from '../check-entry.ts';
import { duration, LONGEST_TIMER_MS } from '../duration.ts';
import type { Fault } from '../fault.ts';
import { refuse } from '../fault.ts';
import type { Entry } from '../place.ts';
import { secret } from '../secret.ts';
import { size } from '../size.ts';
import { holdsLogin, loginInUrl } from './login-in-url.ts';
import { readTls, tlsSchema } from './tls.ts';

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

export const httpsSchema = z.strictObject({
  kind: z.literal('https'),
  url: platformUrl,
  token: secret()
    .meta({ description: 'sent as a bearer token, by reference', examples: ['${env:PARK_TOKEN}'] })
    .optional(),
  tls: tlsSchema.optional(),
  connections: z.number().int().min(1).max(64).meta({ description: 'requests at a time' }).prefault(4),
  timeout: duration({ min: 100, max: LONGEST_TIMER_MS })
    .meta({ description: 'an answer must come within this time' })
    .prefault('10s'),
  messageSize: size({ min: 1000 })
    .meta({ description: 'largest body that the platform takes; default no limit', examples: ['1MB'] })
    .optional(),
});

export function readHttps(text: z.output<typeof httpsSchema>, entry: Entry, reading: Reading): HttpsOptions {
  const tls = readTls(text, entry, reading);
  const { kind, url, token, connections, timeout, messageSize } = text;
  return {
    kind,
    url: url.replace(/\/$/, ''),
    ...(token && { token }),
    ...(tls && { tls }),
    connections,
    timeoutMs: timeout,
    ...(messageSize !== undefined && { messageBytes: messageSize }),
  };
}
