import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { secret } from '#config/secret.ts';
import { tlsSchema } from '../http-digest/tls-schema.ts';

export const optionsSchema = z.strictObject({
  host: z
    .string()
    .regex(/^[^\s/:@]+$/)
    .meta({ description: 'Name or IPv4 address of the camera', examples: ['10.0.0.21'] }),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .meta({ description: 'Port of the camera’s ONVIF service; default 80, with tls 443' }),
  tls: tlsSchema.optional(),
  path: z.string().startsWith('/').default('/onvif/device_service').meta({ description: 'Path of the device service' }),
  user: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'The camera’s ONVIF user; many makers have a list of its own for them' }),
  password: secret().optional().meta({ description: 'Password of that user' }),
  gb28181Id: z
    .string()
    .regex(/^\d{20}$/)
    .optional()
    .meta({ description: 'The camera’s 20 digit code on the GB/T 28181 video platform; carried, never used here' }),
  interval: duration({ min: 100, max: 600_000 })
    .prefault('10s')
    .meta({ description: 'Time between two questions for the camera’s clock, by which it proves to be there' }),
  answerWithin: duration({ min: 100, max: 60_000 })
    .prefault('5s')
    .meta({ description: 'Longest time to answer a request' }),
  snapshotInterval: duration({ min: 100, max: 86_400_000 })
    .prefault('30s')
    .meta({ description: 'Time between two snapshots; three of five decide what is wrong with the image' }),
  streamInterval: duration({ min: 100, max: 86_400_000 })
    .prefault('5m')
    .meta({ description: 'Time between two looks at the stream' }),
  firstFrame: z.boolean().default(false).meta({
    description:
      'Wait for a picture of the stream with ffprobe, where it is installed; the password is then seen in the list of processes',
  }),
  clips: z.boolean().default(false).meta({
    description:
      'Record the stream into a ring of short pieces with ffmpeg, where it is installed, for clips as evidence',
  }),
  metadata: z
    .union([z.boolean(), z.string().min(1).max(64)])
    .default(false)
    .meta({
      description:
        'Play the metadata of a stream (Profile M): objects in the picture, and events where no subscription is had; true for the first profile that has any, or the token of one',
      examples: [true, 'profile_1'],
    }),
  pull: duration({ min: 200, max: 60_000 })
    .prefault('20s')
    .meta({ description: 'How long the camera may hold a question for events' }),
  subscription: duration({ min: 2_000, max: 3_600_000 })
    .prefault('2m')
    .meta({ description: 'Asked life of the event subscription, renewed at half of what is granted' }),
  eventRetry: duration({ min: 100, max: 3_600_000 })
    .prefault('1m')
    .meta({ description: 'Wait before events are asked for again after a refusal' }),
  hold: duration({ min: 100, max: 600_000 }).prefault('10s').meta({
    description: 'How long an event that has no end, such as a crossed line, stays true',
  }),
  maxAnswer: z.int().min(16_384).max(16_777_216).default(1_048_576).meta({ description: 'Longest answer, bytes' }),
  maxSnapshot: z.int().min(16_384).max(33_554_432).default(4_194_304).meta({ description: 'Longest snapshot, bytes' }),
});

export type OnvifOptions = z.output<typeof optionsSchema>;
