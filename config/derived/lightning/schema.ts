import { z } from 'zod';
import { lightningDefaults } from '#agent/model/lightning.ts';
import { pointAlarms, text } from '../../alarm-schema.ts';
import { duration, LONGEST_TIMER_MS } from '../../duration.ts';
import { refuse } from '../../fault.ts';
import { nameText, pointIdText, zoneIdText } from '../../id-schema.ts';
import { shownNamedPoint } from '../shown-schema.ts';

const input = pointIdText.meta({ description: 'point that tells it', examples: ['EFM-1.peak'] });

const tier = z.literal([0, 1, 2, 3]);
const raisedTier = z.literal([1, 2, 3]);
const limit = z.number();

const field = z.strictObject({
  kind: z.literal('field').meta({ description: 'a field mill; give it the peak of each interval' }),
  point: input,
  tiers: z
    .tuple([limit, limit, limit])
    .meta({
      description:
        'kV/m of either sign from which tiers 1, 2 and 3 begin; default 2, 4 and 8, an order of magnitude that no standard gives: decide for the site',
      examples: [lightningDefaults.fieldTiers],
    })
    .optional(),
});

const level = z.strictObject({
  kind: z.literal('level').meta({ description: 'the level of a warning system of its own' }),
  point: input,
  tiers: z
    .record(z.string(), tier)
    .refine((tiers) => Object.keys(tiers).length > 0, 'no level is mapped')
    .meta({
      description: 'tier of every value that it can have; any other value is doubt',
      examples: [{ 0: 0, 1: 1, 2: 2, 3: 3 }],
    }),
});

const jumps = z.strictObject({
  kind: z.literal('jumps').meta({ description: 'flashes counted by a device; so many within a time raise at once' }),
  point: input,
  counts: z
    .enum(['interval', 'total'])
    .meta({ description: 'flashes of each interval, or in total since the device started' })
    .prefault(lightningDefaults.jumps.counts),
  atLeast: z
    .int()
    .min(1)
    .max(1000)
    .meta({ description: 'so many raise the tier' })
    .prefault(lightningDefaults.jumps.atLeast),
  within: duration({ min: 1000, max: LONGEST_TIMER_MS })
    .meta({ description: 'time within which they count' })
    .prefault('10m'),
  tier: raisedTier.meta({ description: 'tier that they raise' }).prefault(lightningDefaults.jumps.tier),
});

/** Advice that needs no words of its own. */
export const knownAdvice = {
  'stop-hot-work': { fromTier: 1, text: { zh: '停止动火作业', en: 'Stop hot work' } },
  'stop-loading': { fromTier: 2, text: { zh: '停止装卸作业', en: 'Stop loading' } },
} as const;

export type KnownAdvice = keyof typeof knownAdvice;

export const isKnownAdvice = (id: string): id is KnownAdvice => Object.hasOwn(knownAdvice, id);

const advice = z
  .strictObject({
    id: pointIdText.meta({
      description: 'last part of the id of its point; stop-hot-work and stop-loading have texts of their own',
      examples: Object.keys(knownAdvice),
    }),
    fromTier: raisedTier
      .meta({ description: 'given from this tier on; default 1 for stop-hot-work, 2 for stop-loading' })
      .optional(),
    zones: z
      .array(zoneIdText)
      .meta({ description: 'where; a single zone is that of the point and its alarms', examples: [['loading']] })
      .prefault([]),
    text: text('what to stop; default by the id').optional(),
    alarms: pointAlarms
      .meta({ description: 'alarms of its point; default a state alarm of priority high while it is given' })
      .optional(),
  })
  .superRefine(({ id, ...given }, context) => {
    if (isKnownAdvice(id)) return;
    for (const key of ['fromTier', 'text'] as const)
      if (given[key] === undefined)
        refuse(context, {
          what: `${key} is missing`,
          why: `advice "${id}" has no default`,
          todo: `add it, or use the id ${Object.keys(knownAdvice).join(' or ')}`,
        });
  });

/** One entry of `lightning:`. */
export const lightningSchema = z.strictObject({
  id: pointIdText.meta({ description: 'id of the watch; its points begin with it', examples: ['lightning'] }),
  name: nameText('name for people; default 雷电预警').prefault('雷电预警'),
  inputs: z
    .array(z.discriminatedUnion('kind', [field, level, jumps]))
    .meta({ description: 'what raises tiers 1 to 3 and holds them up' }),
  raiseAfter: duration({ max: 60_000 })
    .meta({ description: 'a field or level must last this long before its tier is raised' })
    .prefault('3s'),
  hold: duration({ max: 86_400_000 })
    .meta({ description: 'all must have been quiet this long before a tier is lowered; 20m at least' })
    .prefault('30m'),
  tier: shownNamedPoint('point <id>.tier: the tier, 0 to 3'),
  holdLeft: shownNamedPoint('point <id>.hold-left: minutes that the highest tier lasts at least'),
  advice: z
    .array(advice)
    .meta({ description: 'what to stop where; one point <id>.<advice id> each' })
    .prefault(Object.keys(knownAdvice).map((id) => ({ id }))),
});

export type LightningText = z.output<typeof lightningSchema>;
export type AdviceText = LightningText['advice'][number];
