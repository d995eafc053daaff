import { z } from 'zod';
import { duration, LONGEST_TIMER_MS } from './duration.ts';
import { nameText, pointIdText } from './id-schema.ts';

const ruleId = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._:-]{0,127}$/u)
  .meta({
    description: 'rule id: letters, digits and . _ : -; records of suppressed alarms name it',
    examples: ['unit-1-stopped'],
  });

const why = nameText('one sentence for the operator who asks why an alarm is suppressed');

const alarmIds = z
  .array(z.string().min(1))
  .min(1)
  .meta({
    description: 'alarms that are suppressed, as <point>/<kind>; * stands for any characters',
    examples: [['P-101.flow/L', 'P-101.*/LL']],
  });

const plantState = z.strictObject({
  kind: z.literal('plant-state').meta({ description: 'while a point has one of some values' }),
  id: ruleId,
  point: pointIdText.meta({ description: 'point that tells the state', examples: ['P-101.running'] }),
  values: z
    .array(z.union([z.number(), z.boolean(), z.string()]))
    .min(1)
    .meta({ description: 'values while which the alarms say nothing new', examples: [[false]] }),
  alarms: alarmIds,
  why,
});

const consequence = z.strictObject({
  kind: z.literal('consequence').meta({ description: 'while another alarm is abnormal' }),
  id: ruleId,
  cause: z
    .string()
    .min(1)
    .meta({ description: 'alarm that explains the others', examples: ['P-101.running/state'] }),
  alarms: alarmIds,
  why,
});

const firstOut = z.strictObject({
  kind: z.literal('first-out').meta({ description: 'the first of the alarms speaks for the others' }),
  id: ruleId,
  alarms: alarmIds,
  why,
});

/** One entry of `suppression:`. */
export const suppressionSchema = z.discriminatedUnion('kind', [plantState, consequence, firstOut]);

export type SuppressionText = z.output<typeof suppressionSchema>;

const shelf = (description: string) =>
  duration({ min: 60_000, max: LONGEST_TIMER_MS })
    .meta({ description, examples: ['1h'] })
    .optional();

/** `shelving:` */
export const shelvingSection = z
  .strictObject({
    critical: shelf('longest shelf of a critical alarm; default 15m'),
    high: shelf('longest shelf of a high alarm; default 1h'),
    medium: shelf('longest shelf of a medium alarm; default 4h'),
    low: shelf('longest shelf of a low alarm; default 8h'),
  })
  .meta({ description: 'how long a person may shelve an alarm of each priority' });
