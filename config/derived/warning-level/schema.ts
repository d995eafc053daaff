import { z } from 'zod';
import { warningInputKinds } from '#agent/model/warning-level.ts';
import { pointAlarms } from '../../alarm-schema.ts';
import { nameText, pointIdText, zoneIdText } from '../../id-schema.ts';

const input = z.strictObject({
  kind: z.enum(warningInputKinds).meta({
    description:
      'what the points count: people, bypassed interlocks, inhibited channels, overdue inspections, the tier of the weather, others; true counts as one',
  }),
  points: z
    .array(z.string().min(1))
    .min(1)
    .meta({
      description: 'points, * stands for any characters; zone and hazard source are those of each point',
      examples: [['*.bypassed']],
    }),
});

/** One entry of `warningLevel:`. */
export const warningLevelSchema = z.strictObject({
  id: pointIdText.meta({ description: 'its points begin with it', examples: ['risk'] }),
  name: nameText('name for people').prefault('现场动态预警'),
  hazardSources: z
    .array(nameText('hazard source (GB 18218) as points name it'))
    .meta({ description: 'hazard sources that have a colour of their own' })
    .prefault([]),
  zones: z.array(zoneIdText).meta({ description: 'zones that have a colour of their own' }).prefault([]),
  inputs: z
    .array(input)
    .meta({ description: 'what adds to the score beside alarms and permits, which always do' })
    .prefault([]),
  formula: z
    .string()
    .regex(/\.ya?ml$/)
    .meta({ description: "file with the site's own formula; default the one that comes with Firewatch" })
    .optional(),
  alarms: pointAlarms.meta({ description: "alarms of the site's colour; default none" }).optional(),
});

export type WarningLevelText = z.output<typeof warningLevelSchema>;
