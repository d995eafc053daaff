import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { mqttKeys } from '../mqtt-subscription/schema.ts';

export const optionsSchema = z.strictObject({
  ...mqttKeys,
  site: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/)
    .meta({ description: "The other agent's site id, as it stands in its topics", examples: ['tank-farm', 'plant-a'] }),
  topicPrefix: z
    .string()
    .regex(/^[^#+\s]+$/)
    .default('firewatch')
    .meta({ description: 'Topics are <prefix>/<site>/<stream>, as its receiver is configured there' }),
  expect: duration({ min: 100, max: 86_400_000 }).prefault('5m').meta({
    description: 'A point of which the other agent has told nothing for so long since the connection is bad',
  }),
});

export type FirewatchFeedOptions = z.output<typeof optionsSchema>;

/** Id of the point at the other site. */
export const addressSchema = z
  .string()
  .min(1)
  .max(200)
  .meta({ description: 'Id of the point at the other site', examples: ['T-101.temperature'] });
