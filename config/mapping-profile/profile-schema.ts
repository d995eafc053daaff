import { z } from 'zod';
import { codeKinds, timeFormats } from '#agent/model/mapping-profile.ts';
import { registerKinds } from '#agent/model/register.ts';
import { text } from '../alarm-schema.ts';
import { confidence } from '../derived/registers/shape-schema.ts';
import { duration } from '../duration.ts';
import { expression, outgoingExpression } from '../expression.ts';

const name = (description: string) => z.string().min(1).max(100).meta({ description });
const note = z.string().max(500).meta({ description: 'for whoever corrects it' }).optional();

const field = z.strictObject({
  from: outgoingExpression(
    'What the record says',
    'fields.riskUnitName',
    'gcj02(detail.lon, detail.lat).lon',
  ).optional(),
  value: z.union([z.string(), z.number(), z.boolean()]).meta({ description: 'the same in every record' }).optional(),
  as: z
    .enum(['text', 'number', 'integer', 'time', 'raw'])
    .meta({ description: "time: in the profile's format; raw: as the expression gives it" })
    .prefault('text'),
  words: name('a table of words; what is not in it refuses the record').optional(),
  code: z
    .enum(codeKinds)
    .meta({ description: "a code of the chain: its length and that it begins with the company's are checked" })
    .optional(),
  required: z.boolean().meta({ description: 'a record without it is refused before it is sent' }).prefault(false),
  longest: z.int().min(1).max(100_000).meta({ description: 'characters that the platform takes' }).optional(),
  keep: z
    .boolean()
    .meta({ description: 'what the last version of this id said holds where the record says nothing' })
    .prefault(false),
  emptyWhen: outgoingExpression(
    'Where this is true the field is sent empty, and what earlier versions said of it is forgotten',
    "event == 'raised' && from != 'normal'",
  ).optional(),
  confidence,
  note,
});

const fields = z.record(z.string().min(1).max(64), field);

const message = z.strictObject({
  register: z
    .enum([...registerKinds, 'permit'])
    .meta({ description: 'made of records of this register, or of permits' })
    .optional(),
  stream: z.enum(['alarm', 'event', 'sample']).meta({ description: 'made of records of this stream' }).optional(),
  when: expression('Only records for which this is true', "work == 'hot-work'").optional(),
  each: expression('A list in the record: a message for each, as `item`', 'gasTests').optional(),
  id: expression('Id of the record at the platform', 'id'),
  parents: z
    .array(
      z.strictObject({ message: name('a message above'), id: expression('Id of the parent; nothing: it has none') }),
    )
    .max(20)
    .meta({ description: 'records that must have arrived before' })
    .prefault([]),
  tracked: z
    .boolean()
    .meta({ description: 'versions of an id replace each other; false: sent once and forgotten' })
    .prefault(true),
  use: z.array(name('a set of fields')).max(10).meta({ description: 'sets of fields that it has too' }).prefault([]),
  fields: fields.prefault({}),
  confidence: confidence.meta({ description: 'of the name of the message' }),
  note,
});

const rejected = expression(
  'List of the records that were not taken, as {id, reason}',
  'body.data.data[].{id: id, reason: msg}',
);

/** A profile of a foreign platform. */
export const mappingSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/)
      .meta({ description: 'name of its folder' }),
    version: z.int().min(1).meta({ description: 'one more with every change' }),
    title: text('what it is'),
    claim: z.literal('observed-compatible').meta({ description: 'no profile here is an official one' }),
    source: z.string().min(1).meta({ description: 'what it was observed in' }),
    zone: z
      .string()
      .regex(/^[+-]\d\d:\d\d$/)
      .meta({ description: 'of wall-clock times' })
      .prefault('+08:00'),
    time: z.enum(timeFormats).meta({ description: 'how times are written' }),
    batch: z.int().min(1).max(1000).meta({ description: 'records of one request' }),
    envelope: z
      .enum(['array', 'datas'])
      .meta({ description: 'a JSON array, or {"datas": base64 of it}' })
      .prefault('array'),
    codes: z
      .record(z.string(), z.strictObject({ company: z.int(), hazard: z.int(), equipment: z.int(), target: z.int() }))
      .meta({ description: 'lengths of the codes by generation' }),
    words: z
      .record(z.string(), z.record(z.string(), z.string()))
      .meta({ description: "tables: the platform's word by ours" })
      .prefault({}),
    sets: z.record(z.string(), fields).meta({ description: 'fields that several messages have' }).prefault({}),
    messages: z.record(z.string().regex(/^[A-Za-z0-9_./-]+$/), message).meta({
      description: 'messages by their path below the address of the platform, parents first',
    }),
    answer: z.strictObject({
      accepted: expression('Over {status, body}: true where the request was taken', 'body.data.code == `"200"`'),
      rejected,
      batch: expression('Name of the batch, for its receipt').optional(),
    }),
    receipts: z
      .strictObject({
        path: name('path below the address of the platform'),
        parameter: name('query parameter that names the batch'),
        every: duration({ min: 100, max: 3_600_000 }).meta({ description: 'how often it is asked for' }),
        patience: duration({ min: 1000, max: 86_400_000 }).meta({ description: 'without a receipt it is sent again' }),
        done: expression('Over {status, body}: true once the platform has decided'),
        rejected,
      })
      .optional(),
  })
  .meta({ description: 'how records look at a foreign platform, and what its answers mean' });

export type MappingText = z.output<typeof mappingSchema>;
export type FieldText = z.output<typeof field>;
export type MessageText = z.output<typeof message>;
