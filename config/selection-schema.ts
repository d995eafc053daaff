import { z } from 'zod';
import { streams } from '#agent/model/record.ts';
import { duration } from './duration.ts';
import { pointKinds } from './point-schema.ts';

const texts = (description: string, examples: readonly string[]) =>
  z
    .array(z.string().min(1))
    .min(1)
    .meta({ description, examples: [examples] });

/** `filter:` of a receiver. */
export const filterSchema = z
  .strictObject({
    streams: z
      .array(z.enum(streams))
      .min(1)
      .meta({ description: 'streams to which the filter applies; default all; [sample] lets every alarm through' })
      .optional(),
    points: texts('ids of points; * stands for any characters', ['R-101.*']).optional(),
    kinds: z.array(z.enum(pointKinds)).min(1).meta({ description: 'kinds of points' }).optional(),
    zones: texts('zones of points', ['tank-farm']).optional(),
    hazardSources: texts('major hazard sources of points', ['A1']).optional(),
    regulatorCodes: z
      .union([z.literal('any'), texts('codes; * stands for any characters', ['3501*'])])
      .meta({ description: 'any: points that have a code; or a list of codes, * stands for any characters' })
      .optional(),
  })
  .meta({ description: 'which points the receiver gets: those that meet every criterion given; default all' });

/** `sampling:` of a receiver. */
export const samplingSchema = z
  .discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('every') }),
    z.strictObject({
      mode: z.literal('on-change'),
      deadband: z
        .number()
        .min(0)
        .max(1)
        .meta({ description: "least change as a share of the point's range, 0 to 1", examples: [0.005] }),
      atLeastEvery: duration({ min: 1000 })
        .meta({ description: 'and at the latest after this time, so that silence never means unchanged' })
        .prefault('60s'),
    }),
    z.strictObject({
      mode: z.literal('interval'),
      every: duration({ min: 100 }).meta({ description: 'the first sample of a point in each such interval' }),
    }),
    z.strictObject({
      mode: z.literal('aggregate'),
      every: duration({ min: 1000, max: 3_600_000 }).meta({ description: 'numbers are told for each such interval' }),
      values: z
        .array(z.enum(['mean', 'min', 'max', 'last', 'count']))
        .min(1)
        .meta({ description: 'told as points <point>/mean and so on; states go whenever they change' })
        .prefault(['mean', 'min', 'max', 'count']),
    }),
  ])
  .meta({ description: 'which samples of a point the receiver gets; default every; changes of quality always go' });

export type FilterText = z.output<typeof filterSchema>;
export type SamplingText = z.output<typeof samplingSchema>;
