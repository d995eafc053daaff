import { z } from 'zod';
import { duration } from './duration.ts';
import { sourceIdText, zoneIdText } from './id-schema.ts';
import { size } from './size.ts';

const count = z.int().min(0).max(20);

/** `evidence:` */
export const evidenceSection = z
  .strictObject({
    directory: z
      .string()
      .min(1)
      .meta({ description: 'where pictures are kept, relative to this file' })
      .prefault('./evidence'),
    maxSize: size({ min: 1e6 }).meta({ description: 'the oldest pictures go when there are more' }).prefault('5GB'),
    cameras: z
      .array(
        z.strictObject({
          source: sourceIdText.meta({ description: 'id of the source that is the camera', examples: ['cam-east'] }),
          zones: z
            .array(zoneIdText)
            .min(1)
            .meta({ description: 'zones that it sees', examples: [['tank-farm']] }),
        }),
      )
      .min(1)
      .meta({ description: 'which camera sees which zones' }),
    before: count.meta({ description: 'pictures from before the alarm' }).prefault(2),
    after: count.meta({ description: 'pictures from after it' }).prefault(3),
    patience: duration({ min: 1000, max: 3_600_000 })
      .meta({ description: 'a camera that gives none for so long after an alarm is told as blind' })
      .prefault('3m'),
    clip: z
      .strictObject({
        before: duration({ max: 60_000 }).meta({ description: 'of what was filmed before the alarm' }).prefault('10s'),
        after: duration({ min: 1000, max: 60_000 })
          .meta({ description: 'of what is filmed from the alarm on' })
          .prefault('20s'),
      })
      .meta({ description: 'a film of each camera with clips: true, beside its pictures; needs ffmpeg' })
      .optional(),
  })
  .meta({ description: 'pictures of cameras, kept when an alarm of a zone that they see is raised' });
