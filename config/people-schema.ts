import { z } from 'zod';
import { duration } from './duration.ts';

const DAY_MS = 86_400_000;

/** `people:` */
export const peopleSection = z
  .strictObject({
    retention: duration({ min: DAY_MS }).meta({
      description:
        'what tells of persons is made nameless at this age, sooner or later than other records: events, permits, last places, names of a roster',
      examples: ['30d'],
    }),
    pictures: duration({ min: DAY_MS })
      .meta({ description: 'pictures and films kept with alarms are removed at this age; default as "retention"' })
      .optional(),
    picturesLeave: z
      .boolean()
      .meta({ description: 'whether pictures, which show people, may be sent to receivers that ask for them' })
      .prefault(false),
  })
  .meta({ description: 'how long personal data is kept; without it as long as the rest' });
