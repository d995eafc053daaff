import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { secret } from '#config/secret.ts';
import { plainUrl } from '#config/plain-url.ts';
import { expression } from '#config/expression.ts';
import { httpListenSchema } from '../json-feed/schema.ts';
import { permitMappingSchema } from './permit-mapping.ts';
import { registerMappingSchema } from './register-mapping.ts';
import { rosterMappingSchema } from './roster-mapping.ts';

const maxBytes = z
  .int()
  .min(1024)
  .max(67_108_864)
  .default(16_777_216)
  .meta({ description: 'Longest answer or file, bytes' });

const transportSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('http-pull'),
      url: plainUrl({
        pattern: /^https?:\/\/[^\s/@?#]+(\/[^\s?#]*)?$/,
        noun: 'HTTP address',
        expected: 'http://host:port/path or https://host:port/path, without user and query',
        example: 'https://10.0.0.8/api/permits',
      }).meta({ description: 'Address of the list', examples: ['https://10.0.0.8/api/permits'] }),
      token: secret().optional().meta({ description: 'Sent as a bearer token, by reference' }),
      username: z.string().min(1).optional().meta({ description: 'For basic authentication' }),
      password: secret().optional().meta({ description: 'For basic authentication, by reference' }),
      cursorParameter: z.string().min(1).default('cursor').meta({ description: 'Query parameter of the cursor' }),
      cursor: expression(
        'Cursor of what comes after this answer; absent, the list is whole each time',
        'next',
      ).optional(),
      timeout: duration({ min: 100, max: 120_000 }).prefault('10s').meta({ description: 'Longest time for an answer' }),
      maxBytes,
    }),
    httpListenSchema,
    z.strictObject({
      kind: z.literal('sql'),
      dialect: z.enum(['mysql', 'postgres']).meta({
        description:
          'mysql: MySQL, MariaDB and what speaks their protocol; postgres: PostgreSQL and what speaks its own',
      }),
      host: z
        .string()
        .min(1)
        .meta({ description: 'Server', examples: ['10.0.0.9'] }),
      port: z.int().min(1).max(65_535).optional().meta({ description: 'Port; default that of the dialect' }),
      database: z
        .string()
        .min(1)
        .meta({ description: 'Database', examples: ['ehs'] }),
      username: z.string().min(1).meta({ description: 'User with the right to read the view, and no other' }),
      password: secret().meta({ description: 'By reference' }),
      tls: z.boolean().default(false).meta({ description: 'Encrypted, to a server whose certificate the box trusts' }),
      view: z
        .string()
        .regex(/^[\p{L}_][\p{L}\p{N}_$]*(?:\.[\p{L}_][\p{L}\p{N}_$]*)?$/u)
        .meta({ description: 'View or table, with its schema where it is another', examples: ['v_work_permit'] }),
      cursor: z
        .string()
        .min(1)
        .max(128)
        .optional()
        .meta({ description: 'Column that rises with each change; absent, the view is read whole each time' }),
      json: z
        .array(z.string().min(1).max(128))
        .max(50)
        .default([])
        .meta({ description: 'Columns that hold JSON as text', examples: [['gas_tests']] }),
      rows: z.int().min(1).max(20_000).default(1000).meta({ description: 'Rows a page; without cursor, at all' }),
      timeout: duration({ min: 100, max: 120_000 }).prefault('10s').meta({ description: 'Longest time for an answer' }),
    }),
    z.strictObject({
      kind: z.literal('file'),
      path: z
        .string()
        .min(1)
        .meta({ description: 'File that the system writes; absolute', examples: ['/data/permits.csv'] }),
      format: z.enum(['csv', 'json']).meta({ description: 'CSV has names of columns in its first line' }),
      maxBytes,
    }),
  ])
  .meta({ description: 'How records come' });

export const optionsSchema = z.strictObject({
  transport: transportSchema,
  permits: z
    .array(permitMappingSchema)
    .max(20)
    .default([])
    .meta({ description: 'How permits are read out of an answer' }),
  registers: z
    .array(registerMappingSchema)
    .max(20)
    .default([])
    .meta({ description: 'How records of registers are read: dual prevention, safety commitment, declared stops' }),
  roster: rosterMappingSchema.optional(),
  zone: z
    .string()
    .regex(/^(?:Z|[+-]\d\d:\d\d)$/)
    .optional()
    .meta({ description: 'Zone of times that name none; default is that of this machine', examples: ['+08:00'] }),
  interval: duration({ min: 100, max: 3_600_000 })
    .prefault('10s')
    .meta({ description: 'Time between two looks, and between two samples of the diagnostic points' }),
});

export type PermitFeedOptions = z.output<typeof optionsSchema>;
export type PullTransport = Extract<PermitFeedOptions['transport'], { kind: 'http-pull' }>;
export type SqlTransport = Extract<PermitFeedOptions['transport'], { kind: 'sql' }>;
export type FileTransport = Extract<PermitFeedOptions['transport'], { kind: 'file' }>;
