import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { secret } from '#config/secret.ts';
import { tlsSchema } from '../http-digest/tls-schema.ts';
import { videoKinds } from '#agent/model/video-kind.ts';

export const optionsSchema = z.strictObject({
  host: z
    .string()
    .regex(/^[^\s/:@]+$/)
    .meta({ description: 'Name or IPv4 address of the camera, recorder or box', examples: ['10.0.0.30'] }),
  port: z.int().min(1).max(65_535).optional().meta({ description: 'Its HTTP port; default 80, with tls 443' }),
  tls: tlsSchema.optional(),
  path: z
    .string()
    .startsWith('/')
    .default('/ISAPI/Event/notification/alertStream')
    .meta({ description: 'Where the stream is' }),
  user: z.string().min(1).optional().meta({ description: 'A user that may be notified of events' }),
  password: secret().optional().meta({ description: 'Password of that user' }),
  eventTypes: z
    .record(z.string().min(1).max(64), z.enum(videoKinds))
    .default({})
    .meta({
      description: 'Event types of this device beside the known ones, and what they mean',
      examples: [{ oilUnload: 'unguarded-unloading' }],
    }),
  silence: duration({ min: 500, max: 3_600_000 })
    .prefault('60s')
    .meta({ description: 'So long without a byte, and the connection counts as lost; devices repeat a sign of life' }),
  hold: duration({ min: 100, max: 3_600_000 })
    .prefault('15s')
    .meta({ description: 'An event that is no longer repeated as active is over after this time' }),
  interval: duration({ min: 100, max: 600_000 })
    .prefault('5s')
    .meta({ description: 'Time between two signs of life to the site' }),
  answerWithin: duration({ min: 100, max: 60_000 })
    .prefault('5s')
    .meta({ description: 'Longest time to begin an answer' }),
  maxPart: z
    .int()
    .min(4_096)
    .max(16_777_216)
    .default(2_097_152)
    .meta({ description: 'Longest part of the stream, bytes, pictures included' }),
});

export type AlertStreamOptions = z.output<typeof optionsSchema>;
