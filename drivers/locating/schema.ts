import { z } from 'zod';
import { duration } from '#config/duration.ts';

/** The keys that every locating source has. */
export const tagFeedKeys = {
  interval: duration({ min: 100, max: 600_000 }).prefault('5s').meta({
    description: 'Time between two samples of the diagnostic points, and over which rates are counted',
  }),
  quiet: duration({ min: 500, max: 86_400_000 }).prefault('1m').meta({
    description: 'A tag heard within this time counts as heard; when none was, the source is degraded',
  }),
  maxTags: z.int().min(1).max(200_000).default(20_000).meta({
    description: 'So many tags are remembered; of more, the longest silent is forgotten',
  }),
  maxRate: z.int().min(1).max(100_000).default(5_000).meta({
    description: 'Messages a second, over ten seconds; what comes beyond is dropped unread, counted and told as a gap',
  }),
} as const;

export interface TagFeedOptions {
  /** What is missed when it does not come within `quiet`; default is a tag. */
  readonly expects?: 'tag' | 'message';
  /** False: a connection that stands says nothing of values that came over it (see `Signal`). */
  readonly provesValues?: boolean;
  readonly interval: number;
  readonly quiet: number;
  readonly maxTags: number;
  readonly maxRate: number;
}
