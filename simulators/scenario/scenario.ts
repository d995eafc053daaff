import { z } from 'zod';
import { deviceFaultSchema } from '../device/fault-menus.ts';
import { handles, handleNames, type HandleName } from '../plant/handles.ts';
import { tagOf } from '../plant/tags.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `10s`, `1.5m`; milliseconds after parsing. */
const duration = z
  .string()
  .regex(/^\d+(\.\d+)?(ms|s|m|h)$/, 'expected a duration such as 10s or 1.5m')
  .transform((text) => Number.parseFloat(text) * (unitMs[text.replace(/[\d.]+/, '')] ?? 1));

const tag = z.string().refine((point) => tagOf.has(point), 'the plant has no such tag');
const tags = z.union([tag.transform((one) => [one]), z.array(tag).min(1)]);

const words: Readonly<Record<string, number>> = { on: 1, open: 1, off: 0, closed: 0 };
const handleValue = z.union([
  z.number(),
  z.boolean().transform(Number),
  z.enum(['on', 'open', 'off', 'closed']).transform((word) => words[word] ?? 0),
]);

/** Values for the plant's handles, each within its limits. */
export const settingsSchema = z
  .partialRecord(z.enum(handleNames as [HandleName]), handleValue)
  .superRefine((settings, context) => {
    for (const [name, value] of Object.entries(settings)) {
      const { low, high } = handles[name as HandleName];
      if (value !== undefined && (value < low || value > high)) {
        context.addIssue({ code: 'custom', path: [name], message: `${value} is outside ${low} to ${high}` });
      }
    }
  });

/** Machines that can trip, and the handle that does it. */
const machines = {
  'C-1501': 'C-1501.run',
  'P-1401A': 'P-1401A.run',
  'P-1401B': 'P-1401B.run',
  'P-1103': 'P-1103.run',
} as const;
export const machineHandle = (machine: keyof typeof machines): HandleName => machines[machine];

const tank = z.enum(['TK-2101', 'TK-2102']);

const step = z
  .strictObject({
    at: duration.meta({ description: 'Counted from the start of the scenario' }),
    for: duration.optional().meta({ description: 'After this long, what the step did is undone' }),
    set: settingsSchema.optional().meta({ description: "Handles of the plant: 'XV-1101.open': closed" }),
    trip: z.enum(Object.keys(machines) as [keyof typeof machines]).optional(),
    contaminate: z.strictObject({ tank, amount: z.number().min(0).max(10) }).optional(),
    freeze: tags.optional().meta({ description: 'These transmitters go on showing what they show now' }),
    break: tags.optional().meta({ description: 'The sensors of these transmitters fail' }),
    fault: deviceFaultSchema.optional(),
  })
  .refine((one) => Object.keys(one).some((key) => key !== 'at' && key !== 'for'), 'the step does nothing');

const alarmKinds = [
  'HH',
  'H',
  'L',
  'LL',
  'deviation',
  'rate-of-change',
  'state',
  'bad-quality',
  'communication',
] as const;

const expectation = z
  .strictObject({
    point: z.string().min(1).optional().meta({ description: 'Any point of the demo site' }),
    source: z.string().optional(),
    kind: z.enum(alarmKinds),
    within: duration.meta({ description: 'Raised at the latest this long after the start of the scenario' }),
  })
  .refine((one) => (one.point === undefined) !== (one.source === undefined), 'expected either a point or a source');

export const scenarioSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  about: z.string().meta({ description: 'What happens and why, for who reads the file' }),
  pace: z.number().positive().max(600).default(1).meta({ description: 'Plant seconds in one second' }),
  steps: z.array(step).default([]),
  expects: z
    .array(expectation)
    .default([])
    .meta({ description: 'Alarms in the order in which they must be raised first' }),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioStep = Scenario['steps'][number];
export type Expectation = Scenario['expects'][number];
