import { z } from 'zod';

/**
 * What a point tells of the feed itself: `online` is true while records can be had (a contact for `permits: feed`);
 * `records` and `refused` count since the connection was made.
 */
export const addressSchema = z.enum(['online', 'records', 'refused']);

export type PermitFeedAddress = z.output<typeof addressSchema>;
