import { z } from 'zod';
import { fireDistanceKinds } from '#agent/model/permit-watch.ts';
import { workKinds } from '#agent/model/permit.ts';
import { refuse } from '../../fault.ts';
import { nameText, pointIdText, zoneIdText } from '../../id-schema.ts';
import { contact } from '../contact-schema.ts';

const works = z.array(z.enum(workKinds)).min(1);

const HAS_ZONE = /T.*(?:Z|[+-]\d\d:\d\d)$/;

/** A moment in YAML, UTC ms after parsing. */
const moment = (description: string) =>
  z
    .string()
    .meta({ description: `${description}, with its offset`, examples: ['2026-10-01T00:00:00+08:00'] })
    .transform((text, context): number => {
      const time = HAS_ZONE.test(text) ? Date.parse(text) : Number.NaN;
      if (!Number.isNaN(time)) return time;
      refuse(context, {
        what: `"${text}" is no moment`,
        why: 'expected a date and a time with their offset',
        todo: 'write for example 2026-10-01T00:00:00+08:00',
      });
      return z.NEVER;
    });

/** Minutes after midnight after parsing. */
const clockTime = (description: string) =>
  z
    .string()
    .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/)
    .meta({ description, examples: ['22:00'] })
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

const gasText = z.string().min(1).max(64);

const zone = z.strictObject({
  id: zoneIdText.meta({ description: 'the zone; its points begin with it', examples: ['tank-farm'] }),
  name: nameText('name for people; default the id').optional(),
  neighbours: z
    .array(zoneIdText)
    .max(50)
    .meta({ description: 'zones of this list so near that work there counts as nearby' })
    .prefault([]),
  detectors: z
    .array(
      z.strictObject({
        point: pointIdText.meta({ description: 'a gas detector of the zone', examples: ['GAS-1'] }),
        gas: gasText.meta({ description: 'oxygen, or a gas known here or below gases', examples: ['methane', '甲烷'] }),
      }),
    )
    .max(200)
    .meta({ description: 'fixed detectors: above the work limit while hot or confined work goes on is a violation' })
    .prefault([]),
  guardian: contact('on while a guardian is at his place', 'tank-farm.guardian').optional(),
  guardianTag: z
    .boolean()
    .meta({ description: "the ticket's guardian must be in the zone of this id of headcount, by his tag" })
    .prefault(false),
  people: pointIdText.meta({ description: 'how many people are here', examples: ['tank-farm.people'] }).optional(),
  wind: pointIdText
    .meta({
      description: 'wind here, m/s: in the open, hot work stops from the force that the standard says',
      examples: ['WS-1.wind'],
    })
    .optional(),
});

/** One entry of `permits:`. */
export const permitsSchema = z.strictObject({
  id: pointIdText.meta({ description: 'its own points begin with it', examples: ['special-work'] }),
  name: nameText('name for people; default the id').optional(),
  feed: contact(
    'on while the permit system answers: then no permit means no work; without it what was told is believed',
    'permits.online',
  ).optional(),
  zones: z.array(zone).min(1).max(500).meta({ description: 'where special work is watched' }),
  cameras: z
    .array(
      z.strictObject({
        id: z
          .string()
          .min(1)
          .max(128)
          .meta({ description: 'as permits name it', examples: ['cam-3'] }),
        blind: contact('on while the picture is of no use', 'cam-3.covered'),
        gb28181Id: z
          .string()
          .regex(/^\d{20}$/)
          .optional()
          .meta({ description: 'its 20 digit code on the GB/T 28181 video platform, for the record of the permit' }),
      }),
    )
    .max(1000)
    .meta({ description: 'cameras that may watch special work' })
    .prefault([]),
  suspensions: z
    .array(
      z.strictObject({
        from: moment('first moment'),
        to: moment('end'),
        reason: nameText('what for, for people'),
        works: works.meta({ description: 'kinds of work; default hot work' }).prefault(['hot-work']),
        allowed: z
          .enum(['none', 'upgraded'])
          .meta({ description: 'none: all stops; upgraded: on tickets raised as the standard says' })
          .prefault('upgraded'),
      }),
    )
    .max(200)
    .meta({ description: 'holidays and major events in which special work stops or is raised' })
    .prefault([]),
  nights: z
    .strictObject({ from: clockTime('begin, in China'), to: clockTime('end, may be on the next day') })
    .meta({ description: 'hours in which hot work is raised by a grade', examples: [{ from: '22:00', to: '06:00' }] })
    .optional(),
  weekends: z.boolean().meta({ description: 'hot work is raised by a grade on Saturdays and Sundays' }).prefault(false),
  qualifications: z
    .array(
      z.strictObject({
        person: z.string().min(1).max(128).meta({ description: 'id as in permits and in the roster' }),
        works: works.meta({ description: 'kinds of work that the person may do or guard' }),
        until: moment('end of the qualification'),
      }),
    )
    .max(5000)
    .meta({ description: 'who may do what; without the list nobody is judged' })
    .optional(),
  qualificationsFile: z
    .string()
    .regex(/\.csv$/)
    .meta({
      description: 'the same as CSV with columns person, works (separated by spaces) and until, from the roster',
      examples: ['qualifications.csv'],
    })
    .optional(),
  simops: z
    .array(z.tuple([z.enum(workKinds), z.enum(workKinds)]))
    .max(100)
    .meta({
      description: 'kinds of work that may not go on at once in one zone or in neighbours; default: a cautious list',
    })
    .optional(),
  gases: z
    .array(
      z.strictObject({
        names: z.array(gasText).min(1).max(20).meta({ description: 'as tickets and detectors call it' }),
        lel: z.number().positive().max(100).meta({ description: 'lower explosive limit, %VOL' }),
        molarMass: z.number().positive().max(2000).meta({ description: 'g/mol' }),
      }),
    )
    .max(200)
    .meta({ description: 'combustible gases besides those known here' })
    .prefault([]),
  keepFireFrom: z
    .array(
      z.strictObject({
        id: z.string().min(1).max(64).meta({ description: 'its id' }),
        name: nameText('name for people; default the id').optional(),
        kind: z.enum(fireDistanceKinds).meta({
          description: 'what is there; the rule pack has the distance of each',
        }),
        lon: z.number().min(-180).max(180).meta({ description: 'longitude, degrees, CGCS2000' }),
        lat: z.number().min(-90).max(90).meta({ description: 'latitude' }),
        on: contact('on while it is in use, or discharges; without it always', 'loading.flow-on').optional(),
      }),
    )
    .max(500)
    .meta({
      description:
        'places from which hot work keeps the distance of the standard, measured to the coordinates of the ticket',
    })
    .prefault([]),
  commitment: z
    .union([
      z.boolean(),
      z.strictObject({
        units: z
          .array(contact('on while the unit runs', 'C-1501.running'))
          .min(1)
          .max(200)
          .meta({ description: 'units: how many run and stand still is compared, too (runNumber, parkNumber)' }),
      }),
    ])
    .meta({
      description:
        'compare live work, and where given running units, with the daily safety commitment that a source tells',
      examples: [true],
    })
    .prefault(false),
});
