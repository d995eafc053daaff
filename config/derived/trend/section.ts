import { z } from 'zod';
import { pointId } from '#agent/model/ids.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import { trendFeatures } from '#agent/model/trend.ts';
import type { TrendDefinition } from '#agent/model/trend.ts';
import { pointAlarms } from '../../alarm-schema.ts';
import { checkEntry } from '../../check-entry.ts';
import { duration } from '../../duration.ts';
import { nameText, pointIdText } from '../../id-schema.ts';
import { valueAt } from '../../place.ts';
import { formOf } from '../../schema-shape.ts';
import { checkInput, pointBelow } from '../derived-section.ts';
import type { DerivedSection } from '../derived-section.ts';

const trendSchema = z.strictObject({
  id: pointIdText.meta({ description: 'id; its points are <id>.<feature>', examples: ['P-101.vibration-day'] }),
  name: nameText('name for people; default the id').optional(),
  point: pointIdText.meta({ description: 'point of the machine', examples: ['P-101.vibration'] }),
  window: duration({ min: 60_000, max: 31_536_000_000 }).meta({ description: 'time looked at' }).prefault('24h'),
  features: z
    .array(
      z.strictObject({
        feature: z.enum(trendFeatures).meta({ description: 'what is computed; slope is per hour' }),
        unit: z.string().max(20).meta({ description: 'unit for people, e.g. mm/s' }).prefault(''),
        alarms: pointAlarms.meta({ description: 'alarms of the feature; default none' }).optional(),
      }),
    )
    .min(1)
    .meta({ description: 'one point each' }),
  band: z
    .strictObject({
      low: z.number().meta({ description: 'lower end; default none' }).optional(),
      high: z.number().meta({ description: 'upper end; default none' }).optional(),
    })
    .meta({
      description: 'where the value belongs; feature out-of-band is the share outside it, %',
      examples: [{ high: 4.5 }],
    })
    .optional(),
  leastGood: z
    .number()
    .min(0)
    .max(1)
    .meta({ description: 'share of good samples below which it is bad' })
    .prefault(0.5),
  running: z
    .strictObject({
      point: pointIdText.meta({ description: 'speed, or another number that is above a limit while it runs' }),
      above: z.number().meta({ description: 'it runs while the point is above' }).prefault(0),
      settle: duration({ max: 86_400_000 })
        .meta({ description: 'samples count so long after the start' })
        .prefault('5m'),
    })
    .meta({ description: 'samples count only while the machine runs; default always' })
    .optional(),
});

const form = formOf(trendSchema);
const REPEAT_MS = 10_000;

/** `trends:` */
export const trendSection: DerivedSection = {
  key: 'trends',
  noun: 'trend',
  uniqueBecause: 'its points and its memory are named after it',
  description: 'trends of machine points over a window, for predictive maintenance',
  schema: trendSchema,
  read: (entry, reading) => {
    const text = checkEntry(form, entry, reading);
    if (!text) return undefined;
    const { id, name = id, running, band } = text;
    const ofBand = text.features.findIndex(({ feature }) => feature === 'out-of-band');
    if (ofBand >= 0 && band?.low === undefined && band?.high === undefined)
      reading.findings.errorAt(entry, ['features', ofBand, 'feature'], {
        what: 'out-of-band without a band',
        why: 'nobody knows where the value belongs',
        todo: 'add "band" with low, high or both',
      });
    const definition: TrendDefinition = {
      id: `trend/${id}`,
      point: pointId(text.point),
      windowMs: text.window,
      features: text.features.map(({ feature }) => ({ feature, point: pointId(`${id}.${feature}`) })),
      ...(band && {
        band: {
          ...(band.low !== undefined && { low: band.low }),
          ...(band.high !== undefined && { high: band.high }),
        },
      }),
      leastGood: text.leastGood,
      repeatMs: REPEAT_MS,
      ...(running && {
        running: { point: pointId(running.point), above: running.above, settleMs: running.settle },
      }),
    };
    return {
      entry,
      config: { kind: 'trend', definition },
      points: text.features.map(({ feature, unit }, index) =>
        pointBelow(entry, ['features', index], {
          id: `${id}.${feature}`,
          source: SITE_SOURCE,
          address: `${id}.${feature}`,
          kind: 'number',
          unit: feature === 'out-of-band' ? '%' : unit,
          name: `${name} ${feature}`,
          staleAfter: `${REPEAT_MS * 3}ms`,
          alarms: valueAt(entry.value, ['features', index, 'alarms']) ?? {},
        }),
      ),
      check: (known, findings) => {
        const expected = { why: 'a trend is computed from it', isNumber: true };
        checkInput({ entry, path: ['point'], id: text.point }, expected, known, findings);
        if (running) checkInput({ entry, path: ['running', 'point'], id: running.point }, expected, known, findings);
      },
    };
  },
  idsOf: ({ value }) => {
    const id = valueAt(value, ['id']);
    return typeof id === 'string' ? trendFeatures.map((feature) => `${id}.${feature}`) : [];
  },
};
