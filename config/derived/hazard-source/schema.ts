import { z } from 'zod';
import { pointAlarms } from '../../alarm-schema.ts';
import { nameText, pointIdText } from '../../id-schema.ts';
import { shownNamedPoint } from '../shown-schema.ts';

const positive = z.number().positive();
const density = positive.max(30).meta({ description: 'density, t/m³', examples: [0.62] });
const capacity = positive
  .meta({ description: 'most that it holds, t: counted until the first good reading' })
  .optional();

const stock = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('mass').meta({ description: 'a point in t' }),
    point: pointIdText.meta({ description: 'point in t', examples: ['T-101.mass'] }),
    capacity,
  }),
  z.strictObject({
    kind: z.literal('volume').meta({ description: 'a point in m³' }),
    point: pointIdText.meta({ description: 'point in m³', examples: ['T-101.volume'] }),
    density,
    capacity,
  }),
  z.strictObject({
    kind: z.literal('level').meta({ description: 'a level in m, by the strapping table of its tank' }),
    point: pointIdText.meta({ description: 'point in m', examples: ['T-101.level'] }),
    density,
    volume: z
      .array(z.tuple([z.number(), z.number().nonnegative()]))
      .min(2)
      .max(2000)
      .refine((rows) => rows.every(([level, volume], at) => isAfter(rows[at - 1], level, volume)), 'rows do not rise')
      .meta({
        description: 'level in m and volume in m³, rising; linear between',
        examples: [
          [
            [0, 0],
            [10, 785],
          ],
        ],
      }),
    capacity,
  }),
  z.strictObject({
    kind: z.literal('declared').meta({ description: 'nothing measures it' }),
    tonnes: z.number().nonnegative().meta({ description: 'what is there at most, t' }),
  }),
]);

const isAfter = (before: readonly [number, number] | undefined, level: number, volume: number): boolean =>
  !before || (level > before[0] && volume >= before[1]);

const substance = z.strictObject({
  substance: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .meta({
      description:
        'substance, as in the rule pack of GB 18218; any other needs q and beta. Its inventory is point <id>.<substance>',
      examples: ['ammonia', 'chlorine'],
    }),
  name: nameText('name for people').optional(),
  q: positive.meta({ description: 'critical quantity Q, t; default from the rule pack' }).optional(),
  beta: positive.meta({ description: 'correction β; default from the rule pack' }).optional(),
  maximum: positive.meta({ description: 'declared maximum, t: an alarm H of its inventory' }).optional(),
  stocks: z.array(stock).min(1).meta({ description: 'where it is kept, and how its tonnes are known' }),
  alarms: pointAlarms.meta({ description: 'alarms of its inventory' }).optional(),
});

/** One entry of `hazardSources:`. */
export const hazardSourceSchema = z.strictObject({
  id: pointIdText.meta({
    description: 'id, which points name as hazardSource; its points begin with it',
    examples: ['H1'],
  }),
  name: nameText('name for people; default the id').optional(),
  regulatorCode: nameText('code that the regulator has given it').optional(),
  exposedPeople: z
    .int()
    .nonnegative()
    .meta({ description: 'people who live or work within 500 m of the boundary: gives α' }),
  registeredLevel: z
    .literal([0, 1, 2, 3, 4])
    .meta({ description: 'level that is registered, 1 the gravest, 0 none: a graver one is an alarm' })
    .optional(),
  substances: z.array(substance).min(1).meta({ description: 'what is kept there' }),
  ratio: shownNamedPoint('point <id>.ratio: Σq/Q'),
  index: shownNamedPoint('point <id>.r: R = αΣβq/Q'),
  level: shownNamedPoint('point <id>.level: 1 to 4, 0 below Σq/Q = 1'),
});

export type HazardSourceText = z.output<typeof hazardSourceSchema>;
export type SubstanceText = HazardSourceText['substances'][number];
