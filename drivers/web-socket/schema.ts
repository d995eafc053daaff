import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { plainUrl } from '#config/plain-url.ts';
import { secret } from '#config/secret.ts';

/** Where a WebSocket is: no user, no query, so that the address can be printed. */
export const webSocketUrl = (example: string) =>
  plainUrl({
    pattern: /^wss?:\/\/[^\s/@?#]+(\/[^\s?#]*)?$/,
    noun: 'WebSocket address',
    expected: 'ws://host:port/path or wss://host:port/path, without user and query',
    example,
  }).meta({ description: 'ws:// or wss:// address', examples: [example] });

/** The keys that every WebSocket source has. */
export const webSocketKeys = {
  ca: secret()
    .optional()
    .meta({
      description: "The authority (PEM) that signed the server's certificate, by reference",
      examples: ['${file:ca.pem}'],
    }),
  connectTimeout: duration({ min: 10, max: 60_000 })
    .prefault('5s')
    .meta({ description: 'Longest time to make the connection' }),
  silence: duration({ min: 300, max: 600_000 }).prefault('30s').meta({
    description: 'So long without a byte, and the connection counts as lost; pings go out three times as often',
  }),
  maxMessage: z.int().min(1024).max(16_777_216).default(1_048_576).meta({
    description: 'Longest message, bytes; a longer one ends the connection',
  }),
} as const;
