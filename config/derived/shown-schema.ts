import { z } from 'zod';
import { pointAlarms } from '../alarm-schema.ts';
import { nameText } from '../id-schema.ts';

/** What may be written about a point that an entry tells: alarms of the site's own. */
export const shownPoint = (description: string) =>
  z.strictObject({ alarms: pointAlarms.optional() }).meta({ description }).prefault({});

/** The same, where the point may have a name of the site's own too. */
export const shownNamedPoint = (description: string) =>
  z
    .strictObject({ name: nameText('name for people').optional(), alarms: pointAlarms.optional() })
    .meta({ description })
    .prefault({});
