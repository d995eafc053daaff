import { z } from 'zod';
import { zoneKinds } from '#agent/model/headcount.ts';
import { duration, LONGEST_TIMER_MS } from '../../duration.ts';
import { nameText, pointIdText, zoneIdText } from '../../id-schema.ts';

const metres = z.number().min(-1e6).max(1e6);
const longitude = z.number().min(-180).max(180);
const latitude = z.number().min(-85).max(85);

const map = z.strictObject({
  id: z
    .string()
    .min(1)
    .meta({ description: 'map as the locating system names it', examples: ['1'] }),
  controlPoints: z
    .array(
      z.strictObject({
        x: metres.meta({ description: 'on the map, metres' }),
        y: metres.meta({ description: 'on the map, metres' }),
        lon: longitude.meta({ description: 'CGCS2000 or WGS84, degrees; never GCJ-02' }),
        lat: latitude.meta({ description: 'CGCS2000 or WGS84, degrees; never GCJ-02' }),
      }),
    )
    .max(1000)
    .meta({ description: 'places surveyed on the map and on earth; three at least, four show mistakes' }),
  residualLimit: z
    .number()
    .positive()
    .max(10)
    .meta({ description: 'metres by which the placement may miss a control point' })
    .prefault(0.5),
});

const ring = z.array(z.tuple([z.number(), z.number()])).max(2000);

const zone = z.strictObject({
  id: zoneIdText.meta({ description: 'id of the zone; its points begin with it', examples: ['tank-farm'] }),
  name: nameText('name for people; default the id').optional(),
  kind: z
    .enum(zoneKinds)
    .meta({ description: 'high-risk and maintenance have limits by default; muster is where people gather' })
    .prefault('ordinary'),
  map: z
    .string()
    .meta({ description: 'map in whose metres the corners are; default wgs84, longitude and latitude' })
    .prefault('wgs84'),
  polygon: ring.meta({
    description: 'corners in order',
    examples: [
      [
        [0, 0],
        [40, 0],
        [40, 25],
      ],
    ],
  }),
  holes: z.array(ring).max(100).meta({ description: 'parts that do not belong to it' }).prefault([]),
  floors: z
    .array(z.string())
    .meta({ description: 'floors as the locating system names them; default all' })
    .prefault([]),
  most: z
    .int()
    .min(0)
    .meta({ description: 'more people are too many; default 9 for high-risk, 6 for maintenance' })
    .optional(),
  least: z.int().min(1).meta({ description: 'fewer people are too few, nobody is an empty post' }).optional(),
  post: z
    .strictObject({
      persons: z
        .array(z.string().min(1).max(200))
        .min(1)
        .max(500)
        .meta({ description: 'ids of the roster: those whose place this is', examples: [['E006']] }),
      absence: duration({ min: 10_000, max: LONGEST_TIMER_MS })
        .meta({ description: 'having been here, each may be heard elsewhere for so long' })
        .prefault('5m'),
    })
    .meta({ description: 'somebody who leaves his post is an alarm (离场)' })
    .optional(),
  restricted: z.boolean().meta({ description: 'only those with the right may enter' }).prefault(false),
  escort: z.boolean().meta({ description: 'visitors need somebody of the site with them' }).prefault(false),
  maxStay: duration({ min: 10_000, max: LONGEST_TIMER_MS }).meta({ description: 'longest stay' }).optional(),
  motionless: duration({ min: 10_000, max: LONGEST_TIMER_MS })
    .meta({ description: 'somebody who does not move for this long may be hurt' })
    .optional(),
  gathering: z
    .strictObject({
      radius: z.number().positive().max(1000).meta({ description: 'metres' }),
      people: z.int().min(2).meta({ description: 'so many within the radius of one of them' }),
      lasting: duration({ max: LONGEST_TIMER_MS }).meta({ description: 'for this long' }).prefault('30s'),
    })
    .meta({ description: 'people crowding together' })
    .optional(),
});

/** One entry of `headcount:`. */
export const headcountSchema = z.strictObject({
  id: pointIdText.meta({ description: 'id of the headcount; its figures begin with it', examples: ['people'] }),
  maps: z.array(map).max(200).meta({ description: 'maps of the locating systems' }).prefault([]),
  zones: z.array(zone).min(1).max(2000).meta({ description: 'where people are counted; zones may overlap' }),
  roster: z
    .strictObject({
      file: z
        .string()
        .min(1)
        .meta({
          description: 'CSV, relative to this file, read at start: id, name, role, company, tag, from, to, rights',
          examples: ['roster.csv'],
        })
        .optional(),
      feed: z
        .string()
        .min(1)
        .meta({ description: 'in place of a file: the source of kind permit-feed that reads it', examples: ['hr'] })
        .optional(),
      staleAfter: duration({ min: 60_000, max: LONGEST_TIMER_MS })
        .meta({ description: 'a roster that its feed has not told for this long is an alarm; it stays in use' })
        .prefault('24h'),
      showNames: z
        .boolean()
        .meta({ description: 'names on the page of this box; they leave it never' })
        .prefault(false),
    })
    .meta({ description: 'who wears which tag' })
    .optional(),
  survey: z
    .strictObject({
      tags: z
        .array(
          z.strictObject({
            tag: z.string().min(1).meta({ description: 'id of the tag, as the locating system tells it' }),
            map: z
              .string()
              .meta({ description: 'map in which it was surveyed; default wgs84, longitude and latitude' })
              .prefault('wgs84'),
            x: z.number().meta({ description: 'on the map, metres, or longitude' }),
            y: z.number().meta({ description: 'on the map, metres, or latitude' }),
          }),
        )
        .min(1)
        .max(100)
        .meta({ description: 'tags that hang at surveyed places; they are nobody and count nowhere' }),
      window: duration({ min: 60_000, max: LONGEST_TIMER_MS })
        .meta({ description: 'fixes of so long are looked at, at most 2000 of each tag' })
        .prefault('30m'),
    })
    .meta({ description: 'how far the locating system errs, against surveyed places' })
    .optional(),
  displayCoordinates: z
    .enum(['cgcs2000', 'gcj02'])
    .meta({
      description: 'gcj02 adds degrees as Chinese public maps shift them, for display; nothing is judged by them',
    })
    .prefault('cgcs2000'),
  enterDwell: duration({ max: 600_000 }).meta({ description: 'inside this long before entered' }).prefault('2s'),
  exitTolerance: z.number().min(0).max(100).meta({ description: 'metres outside that are still inside' }).prefault(2),
  toleranceTimeout: duration({ max: 3_600_000 }).meta({ description: 'for this long' }).prefault('60s'),
  exitDelay: duration({ max: 600_000 })
    .meta({ description: 'beyond the tolerance this long before left' })
    .prefault('5s'),
  maxSpeed: z.number().positive().max(100).meta({ description: 'm/s; a faster fix is an error' }).prefault(6),
  newPlaceAfter: duration({ max: 600_000 })
    .meta({ description: 'too fast fixes that agree for this long are believed' })
    .prefault('3s'),
  staleAfter: duration({ min: 1000, max: LONGEST_TIMER_MS })
    .meta({ description: 'a tag unheard this long is stale' })
    .prefault('30s'),
  asleepStaleAfter: duration({ min: 1000, max: LONGEST_TIMER_MS })
    .meta({ description: 'the same for a tag that sleeps: three times its heartbeat' })
    .prefault('5m'),
  hold: duration({ max: 60_000 }).meta({ description: 'too many or too few must last this long' }).prefault('5s'),
  forgetAfter: duration({ min: 3_600_000 })
    .meta({ description: 'a tag unheard this long is forgotten' })
    .prefault('7d'),
});

export type HeadcountText = z.output<typeof headcountSchema>;
export type ZoneText = HeadcountText['zones'][number];
