import { z } from 'zod';
import type { AlarmPriority } from '#agent/model/alarm.ts';
import { duration, LONGEST_TIMER_MS } from './duration.ts';
import { nameText, pointIdText } from './id-schema.ts';

const priorities = ['critical', 'high', 'medium', 'low'] as const satisfies readonly AlarmPriority[];

/** For people who read Chinese and people who read English. */
export const text = (description: string) =>
  z
    .strictObject({ zh: z.string().meta({ description: 'Chinese' }), en: z.string().meta({ description: 'English' }) })
    .meta({
      description,
    });

const delay = (description: string) => duration({ max: LONGEST_TIMER_MS }).meta({ description }).optional();

/** Keys that every alarm may have. */
const common = {
  onDelay: delay(
    'how long the condition must hold before the alarm is raised; default 0s; always 0s for a statutory role',
  ),
  offDelay: delay('how long the condition must be gone before the alarm clears; default 0s'),
  priority: z
    .enum(priorities)
    .meta({ description: 'priority; default HH and LL high, H and L medium, bad quality low, others by their kind' })
    .optional(),
  latch: z.boolean().meta({ description: 'stays until reset by a person; default false' }).optional(),
  reAlarm: duration({ min: 1000, max: LONGEST_TIMER_MS })
    .meta({ description: 'asks for attention again when it has stood this long; default never', examples: ['30m'] })
    .optional(),
  group: nameText('operator position or unit that the alarm belongs to, for lists and figures').optional(),
  message: text('what the operator reads').optional(),
  cause: text('why it happens').optional(),
  consequence: text('what happens if nobody acts').optional(),
  response: text('what the operator does').optional(),
};

const deadband = z
  .number()
  .nonnegative()
  .meta({
    description:
      'deadband in the engineering unit; default by kind: flow and level 5 %, pressure 2 %, others 1 % of the range',
  })
  .optional();

const limitAlarm = (description: string) =>
  z
    .union([
      z.number(),
      z.strictObject({
        setpoint: z.number().meta({ description: 'the limit in the engineering unit', examples: [85] }),
        deadband,
        ...common,
      }),
    ])
    .transform((limit) => (typeof limit === 'number' ? { setpoint: limit } : limit))
    .meta({ description })
    .optional();

const deviation = z.strictObject({
  target: z
    .union([z.number(), pointIdText])
    .meta({ description: 'what the value should be: a number or the id of another point', examples: [80] }),
  setpoint: z.number().positive().meta({ description: 'largest distance from the target in the engineering unit' }),
  deadband,
  ...common,
});

const rateOfChange = z
  .strictObject({
    perSecond: z
      .number()
      .positive()
      .meta({ description: 'largest change per second in the engineering unit' })
      .optional(),
    perMinute: z
      .number()
      .positive()
      .meta({ description: 'largest change per minute in the engineering unit' })
      .optional(),
    window: duration({ min: 1000, max: 86_400_000 })
      .meta({ description: 'time over which the change is measured' })
      .prefault('60s'),
    direction: z
      .enum(['rising', 'falling', 'both'])
      .meta({ description: 'which change counts; default both' })
      .optional(),
    deadband: z
      .number()
      .nonnegative()
      .meta({ description: 'deadband in the engineering unit per second; default a tenth of the limit' })
      .optional(),
    ...common,
  })
  .superRefine((rate, context) => {
    if ((rate.perSecond === undefined) === (rate.perMinute === undefined))
      context.addIssue({
        code: 'custom',
        params: {
          fault: {
            what: rate.perSecond === undefined ? 'no rate is given' : 'both perSecond and perMinute are given',
            why: 'a rate-of-change alarm has exactly one limit',
            todo: rate.perSecond === undefined ? 'add perMinute or perSecond' : 'delete one of them',
          },
        },
      });
  });

const state = z.strictObject({
  values: z
    .array(z.union([z.number(), z.boolean(), z.string()]))
    .min(1)
    .meta({ description: 'values that are an alarm', examples: [[true]] }),
  ...common,
});

const badQuality = z.strictObject({
  includeUncertain: z.boolean().meta({ description: 'uncertain quality counts too; default false' }).optional(),
  ...common,
});

/** `alarms:` of a point. */
export const pointAlarms = z
  .strictObject({
    HH: limitAlarm('alarm above this, second limit'),
    H: limitAlarm('alarm above this, first limit'),
    L: limitAlarm('alarm below this, first limit'),
    LL: limitAlarm('alarm below this, second limit'),
    deviation: deviation.meta({ description: 'alarm when the value leaves a target' }).optional(),
    rateOfChange: rateOfChange.meta({ description: 'alarm when the value changes too fast' }).optional(),
    state: state.meta({ description: 'alarm on certain states' }).optional(),
    badQuality: badQuality.meta({ description: 'alarm when the value can not be trusted' }).optional(),
  })
  .meta({ description: 'alarms of the point' });

/** `alarms:` of a source. Every source has a communication alarm, with these settings. */
export const sourceAlarms = z
  .strictObject({
    communication: z
      .strictObject(common)
      .meta({ description: 'alarm when the source is offline or degraded' })
      .optional(),
  })
  .meta({ description: 'alarms of the source; it has a communication alarm by default' });

export type PointAlarms = z.output<typeof pointAlarms>;
/** Settings that all alarms share. */
export type AlarmSettings = NonNullable<z.output<typeof sourceAlarms>['communication']>;
