import { z } from 'zod';
import { pointAlarms, text } from '../../alarm-schema.ts';
import { duration, LONGEST_TIMER_MS } from '../../duration.ts';
import { nameText, pointIdText, zoneIdText } from '../../id-schema.ts';
import { pointSchema } from '../../point-schema.ts';

/** One entry of `rules:`. */
export const ruleSchema = z.strictObject({
  id: pointIdText.meta({
    description: 'id of the rule and of its point, which is true while the rule is raised',
    examples: ['tank-overfill'],
  }),
  name: nameText('name for people; default the id').optional(),
  when: z
    .string()
    .min(1)
    .max(4000)
    .meta({
      description:
        'CEL over points: value("P"), reading("P") (uncertain too), good("P"), known("P"), avg, min, max, rise and changed("P", "5m"), atLeast(2, a, b, c); what is not known is neither true nor false',
      examples: ['value("T-101.temperature") > 85 && value("P-101.running") == false'],
    }),
  for: duration({ max: LONGEST_TIMER_MS })
    .meta({ description: 'how long it must have been true; always 0s for a statutory role' })
    .prefault('0s'),
  clearAfter: duration({ max: LONGEST_TIMER_MS })
    .meta({ description: 'how long it must have been false' })
    .prefault('0s'),
  zone: zoneIdText.optional(),
  hazardSource: nameText('hazard source (GB 18218) that it belongs to').optional(),
  safetyRole: pointSchema.shape.safetyRole,
  priority: z
    .enum(['critical', 'high', 'medium', 'low'])
    .meta({ description: 'priority of its alarm' })
    .prefault('medium'),
  group: nameText('operator position or unit that the alarm belongs to').optional(),
  message: text('what the operator reads').optional(),
  cause: text('why it happens').optional(),
  consequence: text('what happens if nobody acts').optional(),
  response: text('what the operator does').optional(),
  alarms: pointAlarms.meta({ description: 'alarms of its point; default a state alarm while it is raised' }).optional(),
});

export type RuleText = z.output<typeof ruleSchema>;
