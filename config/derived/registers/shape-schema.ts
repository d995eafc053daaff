import { z } from 'zod';
import { registerKinds } from '#agent/model/register.ts';
import { text } from '../../alarm-schema.ts';

const name = (description: string) => z.string().min(1).max(64).meta({ description });
const words = (description: string) => z.array(z.string().max(64)).max(200).meta({ description });

/** How sure a statement about somebody else's rules is. */
export const confidence = z
  .enum(['high', 'medium', 'low'])
  .meta({ description: 'how sure it is that the official text says the same' });

const field = z.strictObject({
  type: z
    .enum(['text', 'number', 'integer', 'time', 'truth'])
    .meta({ description: 'time: yyyyMMddHHmmss, an ISO text or milliseconds' })
    .prefault('text'),
  required: z
    .union([z.boolean(), z.strictObject({ field: name('another field'), is: name('its value') })])
    .meta({ description: 'whether a record without it is refused; or: where another field has this value' })
    .prefault(false),
  values: z
    .union([words('the only values'), z.record(z.string(), z.string().max(200))])
    .meta({ description: 'the only values that are taken, as a list or with their meaning' })
    .optional(),
  least: z.number().optional(),
  most: z.number().optional(),
  longest: z.int().min(1).max(4000).meta({ description: 'characters' }).prefault(1000),
  confidence,
  note: z.string().max(500).optional(),
});

const form = z.strictObject({
  parents: z
    .array(z.enum(registerKinds))
    .meta({ description: 'registers of which one stands above a record' })
    .prefault([]),
  needsParent: z.boolean().meta({ description: 'a record without a parent is refused' }).prefault(false),
  open: z.boolean().meta({ description: 'fields that are not listed are taken as they are' }).prefault(false),
  fields: z.record(z.string().min(1).max(64), field).prefault({}),
});

/** A file of `config/derived/registers`: what records of registers must be. */
export const shapeSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]*$/)
      .meta({ description: 'named in what the page shows' }),
    version: z.int().min(1).meta({ description: 'one more with every change of the file' }),
    title: text('what it is'),
    source: z.string().meta({ description: 'where it comes from' }),
    zone: z
      .string()
      .regex(/^[+-]\d\d:\d\d$/)
      .meta({ description: 'offset of times that name none' })
      .prefault('+08:00'),
    inspection: z
      .strictObject({
        cycle: name('field of a task: how many units lie between two inspections'),
        unit: name('field of a task: the unit'),
        units: z
          .record(z.string(), z.enum(['hour', 'day', 'month', 'year']))
          .meta({ description: 'units by the words of the field' }),
        start: name('field of a task: when it begins to be due'),
        workStart: name('field of a task of hours: from which time of day'),
        workEnd: name('field of a task of hours: until which time of day'),
        checked: name('field of an inspection record: when it was done'),
      })
      .meta({ description: 'from which fields it follows that an inspection is overdue' }),
    danger: z
      .strictObject({
        state: name('field of a hidden danger: where it stands'),
        closed: words('its values that mean closed'),
        deadline: name('field: until when it must be closed'),
        level: name('field: how grave it is'),
        major: words('its values that mean major'),
      })
      .meta({ description: 'from which fields it follows that a hidden danger is open, major or late' }),
    registers: z.partialRecord(z.enum(registerKinds), form).meta({ description: 'what each register holds' }),
  })
  .meta({ description: 'the shape of registers as public data-exchange rules have been seen to have it' });
