import { z } from 'zod';
import { duration } from '../../duration.ts';
import { nameText, pointIdText, zoneIdText } from '../../id-schema.ts';
import { contact } from '../contact-schema.ts';
import { shownPoint } from '../shown-schema.ts';

const where = {
  name: nameText('name for people; default the id').optional(),
  zone: zoneIdText.optional(),
  hazardSource: nameText('GB 18218 hazard source that it belongs to').optional(),
};

/** One entry of `bypasses:`. */
export const bypassSchema = z.strictObject({
  id: pointIdText.meta({ description: 'tag of the interlock; its points begin with it', examples: ['SIF-101'] }),
  ...where,
  bypass: contact('on while the interlock is bypassed (MOS, POS, start-up)', 'SIF-101.mos'),
  guarded: z
    .array(pointIdText)
    .max(100)
    .meta({ description: 'its inputs and outputs: a value forced there bypasses it as well', examples: [['LT-101']] })
    .prefault([]),
  permit: contact(
    'on while a bypass is permitted; without it every bypass counts as permitted',
    'SIF-101.permit',
  ).optional(),
  longest: duration({ min: 60_000, max: 30 * 86_400_000 })
    .meta({ description: 'a longer bypass is an alarm' })
    .prefault('8h'),
  bypassed: shownPoint('point <id>.bypassed: it is bypassed'),
  minutes: shownPoint('point <id>.bypass-minutes: how long'),
  unpermitted: shownPoint('point <id>.unpermitted: bypassed without a permit; alarm while true'),
  overdue: shownPoint('point <id>.bypass-overdue: bypassed for too long; alarm while true'),
});

/** One entry of `safetySystems:`. */
export const safetySystemSchema = z.strictObject({
  id: pointIdText.meta({ description: 'the system; its points begin with it', examples: ['SIS-1'] }),
  ...where,
  loops: z
    .array(pointIdText)
    .min(1)
    .meta({ description: 'ids of entries of "bypasses"', examples: [['SIF-101', 'SIF-102']] }),
  inService: contact('on while the system is in service', 'SIS-1.running').optional(),
  mostBypassed: z.int().min(0).meta({ description: 'more bypasses at once are an alarm' }).prefault(1),
  count: shownPoint('point <id>.bypassed-loops: how many are bypassed'),
  tooMany: shownPoint('point <id>.too-many-bypasses: alarm while true'),
  service: shownPoint('point <id>.in-service: alarm while false'),
});
