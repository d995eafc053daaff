import { z } from 'zod';
import type { Contact } from '#agent/model/contact.ts';
import { pointId } from '#agent/model/ids.ts';
import { pointIdText } from '../id-schema.ts';

/** A point that is on or off, as text or with the value that means on. */
export const contact = (description: string, example: string) =>
  z
    .union([
      pointIdText,
      z.strictObject({
        point: pointIdText,
        on: z
          .union([z.boolean(), z.number(), z.string()])
          .meta({ description: 'the value that means on' })
          .prefault(true),
      }),
    ])
    .transform((given): Contact =>
      typeof given === 'string' ? { point: pointId(given), on: true } : { ...given, point: pointId(given.point) },
    )
    .meta({ description, examples: [example] });
