import { z } from 'zod';
import { permitStates, workKinds } from '#agent/model/permit.ts';
import { streams } from '#agent/model/record.ts';
import { registerKinds } from '#agent/model/register.ts';
import { missingContents } from '../evidence/evidence-part.ts';

/** The version of every message below. A change that a strict receiver would refuse makes it 2, with schemas of its own. */
export const VERSION = 1;

const utc = (what: string) => z.int().meta({ description: `${what} UTC milliseconds since 1970.` });
const text = z.strictObject({ zh: z.string(), en: z.string() });
const value = z.union([z.number(), z.boolean(), z.string(), z.null()]).meta({
  description: 'null: no value could be obtained. "NaN", "Infinity" and "-Infinity" stand for those numbers.',
});
const detail = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

const quality = z
  .strictObject({
    level: z.enum(['good', 'uncertain', 'bad']),
    reason: z.string().optional().meta({ description: 'Why it is not good, e.g. comm-lost, stale, sensor-fault.' }),
    raw: z.number().optional().meta({ description: "The device's own code." }),
  })
  .meta({ description: 'How far a value may be trusted. A value that is bad must not be shown as a measurement.' });

const flags = z
  .array(z.enum(['sim', 'inhibit', 'maintenance', 'forced', 'latched', 'clockSuspect', 'backfilled', 'overflow']))
  .meta({ description: 'sim: comes from a simulator and is not true of any plant.' });

const seq = z.int().min(0);

const envelope = {
  version: z.literal(VERSION),
  site: z.string().min(1),
  seq: seq.meta({ description: 'Number of the record in its stream at this site. Starts at 1, never used twice.' }),
  after: seq.meta({
    description:
      'This message accounts for every number n of the stream with after < n <= seq. A receiver that joins these spans has everything when they leave no hole.',
  }),
  skipped: z
    .strictObject({
      expired: z.int().min(0).meta({ description: 'Left the journal before they could be sent; stream gap says why.' }),
      filtered: z.int().min(0).meta({ description: 'Not wanted by this receiver, by its own configuration.' }),
      quarantined: z.int().min(0).meta({ description: 'Refused by this receiver again and again; kept at the site.' }),
    })
    .optional()
    .meta({ description: 'Numbers of the span without a message, by cause. Absent: none.' }),
  lane: z.enum(['alarm', 'live', 'backfill']).meta({
    description: 'How it was sent. Order holds within lane and stream. backfill is history: raise no alarm from it.',
  }),
  sim: z.boolean().meta({ description: 'True if anything in this message comes from a simulator.' }),
};

const id = z.string().meta({
  description: 'site/stream/seq, and /first for a part. The same record always has the same id: drop what you have.',
});

const record = <Stream extends string, Body extends z.ZodType>(stream: Stream, body: Body) =>
  z.strictObject({
    ...envelope,
    id,
    stream: z.literal(stream),
    time: utc('When the record was committed at the site.'),
    body,
  });

const condition = z.union([
  z.strictObject({ kind: z.enum(['HH', 'H', 'L', 'LL']), setpoint: z.number(), deadband: z.number() }),
  z.strictObject({
    kind: z.literal('deviation'),
    target: z.union([z.number(), z.string()]),
    setpoint: z.number(),
    deadband: z.number(),
  }),
  z.strictObject({
    kind: z.literal('rate-of-change'),
    perSecond: z.number(),
    windowMs: z.number(),
    direction: z.enum(['rising', 'falling', 'both']),
    deadband: z.number(),
  }),
  z.strictObject({ kind: z.literal('state'), values: z.array(value) }),
  z.strictObject({ kind: z.literal('bad-quality'), includeUncertain: z.boolean() }),
  z.strictObject({ kind: z.literal('communication') }),
]);

const state = z.enum(['normal', 'unacknowledged', 'acknowledged', 'returned', 'latched', 'latched-acknowledged']);

const alarmBody = z.strictObject({
  alarm: z.string(),
  point: z.string().optional(),
  source: z.string(),
  kind: z.enum(['HH', 'H', 'L', 'LL', 'deviation', 'rate-of-change', 'state', 'bad-quality', 'communication']),
  event: z.enum([
    'raised',
    'cleared',
    'acknowledged',
    'reset',
    'shelved',
    'unshelved',
    'suppressed',
    'unsuppressed',
    'removed-from-service',
    'returned-to-service',
    'quality-lost',
    'quality-regained',
  ]),
  from: state,
  to: state,
  overlay: z.enum(['none', 'shelved', 'suppressed', 'out-of-service']),
  priority: z.enum(['critical', 'high', 'medium', 'low']),
  occurrence: z.int().min(0),
  time: utc('When the transition was decided.'),
  sourceTime: z.number().optional().meta({ description: 'UTC milliseconds of the sample that caused it.' }),
  value: value.optional(),
  quality: quality.optional(),
  condition: condition.meta({ description: 'The condition as it was then.' }),
  by: z.string().optional(),
  why: z.string().optional(),
  cause: z.string().optional().meta({ description: 'suppressed, unsuppressed: what suppresses.' }),
  until: z
    .number()
    .optional()
    .meta({ description: 'shelved: UTC milliseconds at which the shelf ends at the latest.' }),
  message: text.optional(),
  flags,
});

const eventBody = z.strictObject({
  time: z.number().meta({ description: 'UTC milliseconds.' }),
  kind: z.string(),
  source: z.string().optional(),
  point: z.string().optional(),
  text: z.string(),
  detail: detail.optional(),
  flags,
});

const gapBody = z.strictObject({
  from: z.number().meta({ description: 'UTC milliseconds, inclusive.' }),
  to: z.number().optional().meta({ description: 'UTC milliseconds, exclusive; absent while the gap is open.' }),
  reason: z.string(),
  source: z.string().optional(),
  points: z.array(z.string()).optional().meta({ description: 'Absent: every point of the source, or of the site.' }),
  lost: z.number().optional(),
  records: z.strictObject({ stream: z.string(), first: seq, last: seq }).optional(),
  text: z.string(),
  flags,
});

const auditBody = z.strictObject({
  time: z.number(),
  who: z.string(),
  action: z.string(),
  what: z.string(),
  detail: detail.optional(),
  flags: flags.optional(),
});

const entryOrigin = {
  id: z.string().meta({ description: 'Of the record at its source; with kind and register it names it for ever.' }),
  version: z.int().meta({ description: 'Rises with each change at the source, deletion included. The highest holds.' }),
  isDeleted: z.boolean().meta({ description: 'A logical delete: the record is no longer true.' }),
  source: z.string().optional(),
  sourceTime: z.number().meta({ description: 'UTC milliseconds of the change, by the source.' }),
  receiveTime: z.number().meta({ description: 'UTC milliseconds at which it reached the agent.' }),
  flags,
};

const registerBody = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('register'),
    register: z.enum(registerKinds),
    parent: z
      .string()
      .optional()
      .meta({ description: 'Id of the record above, of a kind that stands earlier in the list.' }),
    ...entryOrigin,
    fields: detail.meta({ description: 'As the shape of the register names them.' }),
  }),
  z.strictObject({
    kind: z.literal('permit'),
    ...entryOrigin,
    work: z.enum(workKinds),
    grade: z.number().optional().meta({ description: '0 special, 1, 2 … as the standard grades this kind of work.' }),
    state: z.enum(permitStates),
    validFrom: z.number().meta({ description: 'UTC milliseconds.' }),
    validTo: z.number().meta({ description: 'UTC milliseconds.' }),
    zone: z.string().optional(),
    place: z.string().optional(),
    content: z.string().optional(),
    contractor: z.string().optional(),
    people: z.array(z.strictObject({ person: z.string(), role: z.string() })),
    gasTests: z.array(
      z.strictObject({
        time: z.number().meta({ description: 'UTC milliseconds at which the sample was taken.' }),
        place: z.string().optional(),
        readings: z.array(z.strictObject({ gas: z.string(), value: z.number(), unit: z.string() })),
      }),
    ),
    gases: z.array(z.string()),
    mostPeople: z.number().optional(),
    heightM: z.number().optional().meta({ description: 'Work at height: metres.' }),
    massT: z.number().optional().meta({ description: 'Lifting: tonnes.' }),
    plates: z.number().optional().meta({ description: 'Blind plate work: how many plates.' }),
    serves: z
      .array(z.string())
      .optional()
      .meta({ description: 'Temporary power: ids of the permits that it serves; empty: none.' }),
    position: z
      .strictObject({ lon: z.number(), lat: z.number() })
      .optional()
      .meta({ description: 'Degrees; CGCS2000.' }),
    cameras: z.array(z.string()),
  }),
]);

const column = (what: string) => z.array(z.number()).meta({ description: `${what} One entry a sample.` });

const sampleBody = z
  .strictObject({
    catalog: z
      .string()
      .optional()
      .meta({ description: 'The catalog whose points come first; points then names only those that are not in it.' }),
    points: z.array(z.string()).meta({ description: 'Every point of this message, once.' }),
    point: z.array(z.int()).meta({
      description:
        'Place in catalog and points, counted from 0: the first entry is the place, each further one the difference to the one before. One entry a sample.',
    }),
    value: z.array(value).meta({ description: 'One entry a sample; empty where scaled stands.' }),
    scaled: z
      .strictObject({
        decimals: z.int().min(1).max(22).meta({ description: 'A number is value / 10^decimals.' }),
        value: z.array(value).meta({ description: 'One entry a sample; what is no number is as it stands.' }),
      })
      .optional()
      .meta({ description: 'Only with a catalog. The values, where all of their numbers have few decimals.' }),
    float32: z.array(z.int().min(0)).optional().meta({
      description:
        'Only with a catalog. Places among the values: from the first of them up to before the second, from the third to the fourth and so on, the last without an end, a number is to be rounded to 32 bits (Math.fround, a C float). It was one, and is written with no more digits than it has; left as it stands it is right to seven digits.',
    }),
    sourceTime: column(
      'When the device says that the value was true: the first entry is UTC milliseconds, each further one the difference to the one before.',
    ),
    receiveTime: column('When it reached the agent; written like sourceTime.'),
    quality: z
      .array(z.strictObject({ count: z.int().min(1), ...quality.shape }))
      .meta({ description: 'Runs: the next count samples have this quality. The counts add up to the samples.' }),
    flags: z
      .array(z.strictObject({ count: z.int().min(1), flags }))
      .meta({ description: 'Runs: the next count samples have these flags. The counts add up to the samples.' }),
  })
  .meta({ description: 'A block of samples in columns of equal length, in the order in which they were received.' });

const catalogPoint = z.strictObject({
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  unit: z.string(),
  range: z.strictObject({ low: z.number(), high: z.number() }).optional(),
  zone: z.string().optional(),
  hazardSource: z.string().optional(),
  safetyRole: z.string(),
  regulatorCode: z.string().optional(),
});

/** Each message of the profile. The keys name schema, file and, but for coverage, the topic below `<prefix>/<site>/`. */
export const messages = {
  alarm: record('alarm', alarmBody).meta({ title: 'Firewatch alarm', description: 'What happened to an alarm.' }),
  event: record('event', eventBody).meta({ title: 'Firewatch event', description: 'Something that happened once.' }),
  gap: record('gap', gapBody).meta({
    title: 'Firewatch gap',
    description: 'No data from one time to another, and why.',
  }),
  audit: record('audit', auditBody).meta({ title: 'Firewatch audit entry', description: 'Who did what at the site.' }),
  register: record('register', registerBody).meta({
    title: 'Firewatch register record',
    description: 'One version of a record that people keep: dual prevention, permits, commitment, declared stops.',
  }),
  sample: record('sample', sampleBody)
    .extend({
      part: z
        .strictObject({ first: seq, count: z.int().min(1), of: z.int().min(1) })
        .optional()
        .meta({
          description:
            'This message holds samples first … first + count − 1 of the of in the record. The record has arrived when all of them have. Parts may be cut differently when sent again.',
        }),
    })
    .meta({ title: 'Firewatch samples', description: 'A block of samples.' }),
  coverage: z
    .strictObject({ ...envelope, stream: z.enum(streams) })
    .required({ skipped: true })
    .meta({
      title: 'Firewatch coverage',
      description: 'Accounts for records that have no message, on the topic of their stream.',
    }),
  evidence: z
    .strictObject({
      version: z.literal(VERSION),
      id: z
        .string()
        .meta({ description: 'site/evidence/seq/first. The same bytes may come again: drop what you have.' }),
      site: z.string().min(1),
      seq: seq.meta({ description: 'Number of the record of stream event that told of it; it always comes first.' }),
      time: utc('When that record was committed.'),
      file: z.string().min(1),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/)
        .meta({ description: 'Of the whole content, as the event record says: compare before you believe it.' }),
      bytes: z.int().min(0).meta({ description: 'Of the whole content.' }),
      alarm: z.string(),
      camera: z.string(),
      lane: z.literal('backfill'),
      sim: z.boolean(),
      first: z.int().min(0).optional().meta({ description: 'Where in the content these bytes begin.' }),
      data: z.string().optional().meta({ description: 'Base64. Pieces of a repeat may be cut elsewhere.' }),
      missing: z
        .enum(missingContents)
        .optional()
        .meta({ description: 'In place of the content: it is gone, larger than was agreed, or not what was kept.' }),
    })
    .meta({
      title: 'Firewatch evidence',
      description: 'A piece of a picture or film that was kept with an alarm. Only to receivers that ask for it.',
    }),
  catalog: z
    .strictObject({
      version: z.literal(VERSION),
      site: z.string().min(1),
      catalog: z.string().min(1).meta({ description: 'Name of this catalog; made from its content.' }),
      sim: z.boolean(),
      points: z.array(catalogPoint),
    })
    .meta({
      title: 'Firewatch catalog',
      description: 'Retained on catalog/<name>. The points of the site, in the order that compact samples refer to.',
    }),
  presence: z
    .strictObject({
      version: z.literal(VERSION),
      site: z.string().min(1),
      state: z
        .enum(['online', 'stopped', 'lost'])
        .meta({ description: 'stopped: on purpose. lost: the broker says that the connection broke.' }),
      sim: z.boolean().meta({ description: 'True if any source of the site is simulated.' }),
    })
    .meta({ title: 'Firewatch presence', description: 'Retained. Whether the agent is connected.' }),
  answer: z
    .strictObject({
      version: z.literal(VERSION),
      site: z.string().min(1),
      request: z.string().meta({ description: 'Id of the request.' }),
      time: utc('When it was answered.'),
      accepted: z.boolean(),
      reason: z.string().optional().meta({ description: 'Why not.' }),
      sim: z.boolean().meta({ description: 'True if any source of the site is simulated.' }),
      body: z.record(z.string(), z.unknown()).meta({
        description: 'What was asked for: alarms and samples of a snapshot, figures of diagnostics. Else empty.',
      }),
    })
    .meta({
      title: 'Firewatch answer',
      description: "To a receiver's request; on no record of the site but its audit.",
    }),
} as const;

export type MessageName = keyof typeof messages;

/** The JSON Schema (draft 2020-12) of each message, and where it is published, relative to the repository. */
export const messageSchemas = (): { path: string; schema: Record<string, unknown> }[] =>
  Object.entries(messages).map(([name, schema]) => ({
    path: `config/receivers/firewatch-json/${name}.schema.json`,
    schema: {
      $id: `urn:firewatch:firewatch-json:${name}:${VERSION}`,
      ...z.toJSONSchema(schema, { target: 'draft-2020-12' }),
    },
  }));
