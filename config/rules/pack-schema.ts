import { z } from 'zod';
import { confidences } from '#agent/model/standard-rule.ts';
import { text } from '../alarm-schema.ts';
import { nameText } from '../id-schema.ts';

const words = (description: string) => nameText(description);

const from = z.iso.date().meta({ description: 'in force from this day on, in China', examples: ['2022-10-01'] });
const to = z.iso.date().meta({ description: 'no longer in force on this day; left out: until further notice' });
const confidence = z.enum(confidences).meta({
  description:
    'what the number rests on: official text; primary: shipping software or a specification close to the text; secondary: somebody who cites it; known-well, known-fairly, known-poorly: knowledge of the trade, text not read',
});

const rule = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$/)
      .meta({
        description: 'what it is about, the same in every edition and standard',
        examples: ['special-work.validity.hot-work'],
      }),
    about: text('what the number says'),
    clause: words('chapter or clause, as far as it is known').optional(),
    confidence: confidence.optional(),
    effectiveFrom: from.optional(),
    effectiveTo: to.optional(),
    value: z
      .union([z.number(), z.boolean(), z.record(z.string().regex(/^[a-z0-9][a-z0-9-]*$/), z.number())])
      .meta({ description: 'a number, a yes or no, or numbers by a key' }),
    unit: z
      .string()
      .max(20)
      .meta({ description: 'unit; s, min, h and d are times', examples: ['h', '%VOL'] })
      .prefault(''),
    note: words('what to know before relying on it').optional(),
  })
  .meta({ description: 'one number of the standard; keys left out are those of the pack' });

/**
 * A rule pack: the numbers of one edition of one standard, as data. A new edition is a new file; the old one gets its
 * last day and stays, so that what happened then is judged by what held then.
 */
export const packSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9-]+$/)
      .meta({ description: 'as the file is named', examples: ['gb-30871-2022'] }),
    standard: words('number and year of the standard'),
    title: text('title of the standard'),
    source: words('where these numbers were taken from'),
    confidence,
    effectiveFrom: from,
    effectiveTo: to.optional(),
    note: words('what to know of the pack as a whole').optional(),
    rules: z.array(rule).min(1),
  })
  .meta({ description: 'the numbers of one edition of one standard' });

/** A pack as checked. */
export type RulePack = z.output<typeof packSchema>;
