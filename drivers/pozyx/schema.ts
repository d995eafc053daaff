import { z } from 'zod';
import { tagFeedKeys } from '../locating/schema.ts';
import { mqttKeys } from '../mqtt-subscription/schema.ts';

export const optionsSchema = z.strictObject({
  topic: z.string().min(1).default('tags').meta({ description: 'Topic of all tags, or tags/<id> of one' }),
  map: z.string().min(1).max(64).default('pozyx').meta({
    description: 'Name of the plan that the coordinates are on, as the site’s maps know it; the messages name none',
  }),
  ...mqttKeys,
  ...tagFeedKeys,
});

export type PozyxOptions = z.output<typeof optionsSchema>;
