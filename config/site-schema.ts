import { z } from 'zod';
import { duration } from './duration.ts';
import { refuse } from './fault.ts';
import { nameText, siteIdText } from './id-schema.ts';
import { nearest } from './nearest.ts';
import { size } from './size.ts';

const timezone = z
  .string()
  .superRefine((text, context) => {
    if (isTimeZone(text)) return;
    const meant = nearest(text, Intl.supportedValuesOf('timeZone'));
    refuse(context, {
      what: `${JSON.stringify(text)} is no time zone`,
      why: 'expected an IANA name',
      todo: meant === undefined ? 'write for example "Asia/Shanghai"' : `did you mean "${meant}"?`,
    });
  })
  .meta({ description: "IANA zone for people's times; records are UTC", examples: ['Asia/Shanghai'] });

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** `site:` */
export const siteSection = z
  .strictObject({
    id: siteIdText,
    name: nameText('name for people; default the id').optional(),
    timezone: timezone.prefault('Asia/Shanghai'),
  })
  .meta({ description: 'the site itself' });

/** `journal:` */
export const journalSection = z
  .strictObject({
    directory: z
      .string()
      .min(1)
      .meta({ description: 'where the journal lives, relative to this file' })
      .prefault('./data'),
    maxAge: duration({ min: 3_600_000 })
      .meta({ description: 'older records expire; who did what is kept for 190 days at least' })
      .prefault('30d'),
    maxSize: size({ min: 16e6 }).meta({ description: 'the journal is kept below this' }).prefault('10GB'),
    sampleCommit: duration({ min: 10, max: 10_000 })
      .meta({ description: 'samples are on disk at the latest after this time' })
      .prefault('250ms'),
    contractedHours: z
      .number()
      .positive()
      .meta({
        description:
          'hours that the journal shall hold without a receiver; less is an alarm of point site.journal-hours; default none',
        examples: [72],
      })
      .optional(),
  })
  .meta({ description: 'what is kept on disk, and how long' });

/** `include:` */
export const includeSection = z.array(z.string().min(1)).meta({
  description: 'YAML and CSV files with further sources, points, receivers and other lists, relative to this file',
});
