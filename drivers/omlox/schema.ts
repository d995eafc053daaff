import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { plainUrl } from '#config/plain-url.ts';
import { secret } from '#config/secret.ts';
import { tagFeedKeys } from '../locating/schema.ts';
import { webSocketKeys } from '../web-socket/schema.ts';

/** What a hub publishes that is read here. */
const topics = ['location_updates', 'trackable_motions', 'fence_events'] as const;

const example = 'https://hub.example/deephub/v2';

export const optionsSchema = z.strictObject({
  url: plainUrl({
    pattern: /^https?:\/\/[^\s/@?#]+(\/[^\s?#]*)?$/,
    noun: 'hub address',
    expected: 'the base of its API, http://host:port/v2 or https://host/v2, without user and query',
    example,
  }).meta({ description: 'Base of the hub’s API; the WebSocket is below it at /ws/socket', examples: [example] }),
  token: secret().optional().meta({ description: 'Bearer token, where the hub wants one' }),
  topics: z
    .array(z.enum(topics))
    .min(1)
    .default(['location_updates', 'fence_events'])
    .meta({ description: 'What is subscribed to, one after the other' }),
  tag: z.enum(['provider', 'trackable']).default('provider').meta({
    description: 'By what a tag is known: the locating device (provider_id) or what it is fixed to (trackable)',
  }),
  snapshot: z.boolean().default(true).meta({ description: 'Ask for the last known locations when connected' }),
  answerWithin: duration({ min: 100, max: 60_000 })
    .prefault('5s')
    .meta({ description: 'Longest time to answer a subscription or the request for a snapshot' }),
  ...webSocketKeys,
  ...tagFeedKeys,
});

export type OmloxOptions = z.output<typeof optionsSchema>;
