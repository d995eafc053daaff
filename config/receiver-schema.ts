import { z } from 'zod';
import { streams } from '#agent/model/record.ts';
import { careSchema } from './care-schema.ts';
import { duration } from './duration.ts';
import { nameText, receiverIdText } from './id-schema.ts';
import { sealSchema } from './seal-schema.ts';
import { filterSchema, samplingSchema } from './selection-schema.ts';
import { size } from './size.ts';
import { transportSchema } from './transport-schema.ts';

const streamList = z
  .array(z.enum(streams))
  .meta({ description: 'streams of this lane; a stream stands in one lane only' });

const windows = z
  .array(
    z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/)
      .meta({ examples: ['22:00-06:00'] }),
  )
  .min(1)
  .meta({ description: "times of day in which this lane sends, in the site's time zone; default always" })
  .optional();

const lanes = z
  .strictObject({
    alarm: z
      .strictObject({ streams: streamList.prefault(['alarm', 'event', 'gap', 'audit', 'register']) })
      .meta({ description: 'sent first' })
      .prefault({}),
    live: z
      .strictObject({
        streams: streamList.prefault(['sample']),
        within: duration({ min: 1000 }).meta({ description: 'what is older goes by backfill' }).prefault('30s'),
        windows,
      })
      .meta({ description: 'sent next' })
      .prefault({}),
    backfill: z
      .strictObject({
        samplesPerSecond: z.number().int().positive().meta({ description: 'limit of the backfill' }).prefault(20_000),
        windows,
      })
      .meta({ description: 'sent last: what an outage left behind' })
      .prefault({}),
    bytesPerMinute: size({ min: 1000 })
      .meta({ description: 'payload a minute, on average; alarms count and never wait; default no limit' })
      .optional(),
    inFlight: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .meta({
        description:
          'messages sent and not acknowledged; the broker sets its own limit beside it, Mosquitto 20 (max_inflight_messages). More of both lets a flood of alarms through faster',
      })
      .prefault(20),
  })
  .meta({ description: 'how urgently each stream is sent' });

const evidence = z
  .strictObject({
    clips: z.boolean().meta({ description: 'films, too' }).prefault(false),
    maxSize: size({ min: 10_000, max: 50e6 })
      .meta({ description: 'larger ones stay here, and that is told' })
      .prefault('5MB'),
    bytesPerMinute: size({ min: 10_000 }).meta({ description: 'of content, on average' }).prefault('2MB'),
  })
  .meta({
    description:
      'pictures kept with alarms are sent whole, after everything else, from when this is written on; needs people.picturesLeave; default they are only told of',
  });

/** One entry of `receivers:`. */
export const receiverSchema = z.strictObject({
  id: receiverIdText,
  name: nameText('name for people; default the id').optional(),
  transport: transportSchema,
  profile: z.enum(['firewatch-json']).meta({ description: 'how messages look' }).prefault('firewatch-json'),
  wire: z
    .enum(['plain', 'compact'])
    .meta({
      description: 'plain: each message is readable by itself; compact: a tenth of the bytes, zstd and a catalog',
    })
    .prefault('plain'),
  lanes: lanes.prefault({}),
  people: z
    .enum(['pseudonyms', 'nobody'])
    .meta({
      description:
        "what it is told of persons: the site's pseudonym and the place, or what happened in which zone without either",
    })
    .prefault('pseudonyms'),
  filter: filterSchema.optional(),
  sampling: samplingSchema.optional(),
  seal: sealSchema.optional(),
  care: careSchema.optional(),
  evidence: evidence.optional(),
});

export type ReceiverText = z.output<typeof receiverSchema>;
