import { z } from 'zod';
import { duration } from '../../duration.ts';
import { nameText, pointIdText, zoneIdText } from '../../id-schema.ts';
import { contact } from '../contact-schema.ts';
import { shownPoint } from '../shown-schema.ts';

/** One entry of `trips:`. */
export const tripSchema = z.strictObject({
  id: pointIdText.meta({ description: 'tag of the trip group; its points begin with it', examples: ['SIS'] }),
  name: nameText('name for people; default the id').optional(),
  zone: zoneIdText.optional(),
  hazardSource: nameText('GB 18218 hazard source that it belongs to').optional(),
  tripped: contact('on while the group is tripped', 'SIS.tripped'),
  firstOut: pointIdText
    .meta({
      description: 'first-out as the safety system latched it; 0 or nothing is none',
      examples: ['SIS.first-out'],
    })
    .optional(),
  events: z
    .array(
      z.strictObject({
        cause: pointIdText.meta({ description: 'cause of the entry; 0 is an empty entry' }),
        seconds: pointIdText.meta({ description: 'UTC seconds since 1970 by the clock of the safety system' }),
        milliseconds: pointIdText.meta({ description: 'milliseconds, where they stand apart' }).optional(),
      }),
    )
    .max(64)
    .meta({ description: "the safety system's own sequence of events, one entry each" })
    .prefault([]),
  polled: z
    .record(nameText('cause, for people'), contact('on when this cause acts', 'LSHH-2101.tripped'))
    .meta({ description: 'causes seen by polling, told as inferred, and only where the safety system tells none' })
    .prefault({}),
  causes: z
    .record(z.string(), nameText('text of a cause'))
    .meta({ description: 'texts of the causes by their value', examples: [{ 1: 'TK-2101 液位高高' }] })
    .prefault({}),
  settle: duration({ max: 60_000 })
    .meta({ description: 'time that first-out and events have to be read after the trip was seen' })
    .prefault('3s'),
  trip: shownPoint('point <id>.trip: tripped; alarm while true'),
  cause: shownPoint('point <id>.trip-cause: cause of the present trip'),
});
