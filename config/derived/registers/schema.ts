import { z } from 'zod';
import { duration, LONGEST_TIMER_MS } from '../../duration.ts';
import { nameText, pointIdText, zoneIdText } from '../../id-schema.ts';
import { contact } from '../contact-schema.ts';
import { shownPoint } from '../shown-schema.ts';

/** One entry of `registers:`. */
export const registersSchema = z.strictObject({
  id: pointIdText.meta({ description: 'its points begin with it', examples: ['dual-prevention'] }),
  name: nameText('name for people').prefault('双重预防'),
  zone: zoneIdText.optional(),
  hazardSource: nameText('GB 18218 hazard source that it belongs to').optional(),
  feed: contact(
    'on while the systems that tell the registers answer: without it what was told is believed',
    'registers.online',
  ).optional(),
  shape: z
    .string()
    .regex(/\.ya?ml$/)
    .meta({ description: "file with the site's own shape of the records; default the one that comes with Firewatch" })
    .optional(),
  grace: duration({ max: LONGEST_TIMER_MS })
    .meta({ description: 'an inspection counts as overdue so long after it was due' })
    .prefault('1h'),
  overdueInspections: shownPoint('point <id>.overdue-inspections: how many inspections are overdue'),
  openDangers: shownPoint('point <id>.open-dangers: hidden dangers that are not closed'),
  majorDangers: shownPoint('point <id>.major-dangers: those of them that are major'),
  overdueDangers: shownPoint('point <id>.overdue-dangers: those past their deadline'),
  orphans: shownPoint('point <id>.orphans: records whose parent is unknown'),
  refused: shownPoint('point <id>.refused: records that do not fit the shape; alarm while there are any'),
  records: shownPoint('point <id>.records: records that are kept'),
});
