import { z } from 'zod';
import { pointAlarms } from './alarm-schema.ts';
import { byteOrders } from './device-words.ts';
import { duration, LONGEST_TIMER_MS } from './duration.ts';
import { refuse } from './fault.ts';
import { nameText, pointIdText, sourceIdText, zoneIdText } from './id-schema.ts';

const range = z
  .union([
    z
      .number()
      .positive()
      .transform((high) => ({ low: 0, high })),
    z.strictObject({
      low: z.number().meta({ description: 'lowest value' }),
      high: z.number().meta({ description: 'highest value' }),
    }),
  ])
  .meta({ description: 'range of the detector in its unit; a single number is the upper end' });

/** What a gas detector looks for. It decides unit, range and the limits of GB/T 50493-2019. */
const gas = z
  .strictObject({
    kind: z
      .enum(['combustible', 'toxic', 'oxygen', 'open-path'])
      .meta({ description: 'combustible in %LEL, toxic in ppm or mg/m³, oxygen in %vol, open-path in LEL·m' }),
    name: nameText('the gas: 氢气, H2S').optional(),
    unit: z.string().max(32).meta({ description: 'unit of the detector; default by kind' }).optional(),
    range: range.optional(),
    oel: z
      .number()
      .positive()
      .meta({ description: 'occupational exposure limit of a toxic gas in the unit of the detector (GBZ 2.1)' })
      .optional(),
    idlh: z
      .number()
      .positive()
      .meta({ description: 'immediately dangerous concentration, where the range is too short for 200 % OEL' })
      .optional(),
  })
  .superRefine((gas, context) => {
    if (gas.kind === 'toxic' && gas.oel === undefined)
      refuse(
        context,
        {
          what: 'a toxic gas without its OEL',
          why: 'GB/T 50493-2019 sets its alarms at 100 % and 200 % of the OEL, which differs for every gas',
          todo: 'add "oel" in the unit of the detector, from GBZ 2.1',
        },
        ['oel'],
      );
    if (gas.kind === 'toxic' && gas.unit === undefined)
      refuse(context, { what: 'a toxic gas without a unit', why: 'detectors show ppm or mg/m³', todo: 'add "unit"' }, [
        'unit',
      ]);
  })
  .meta({ description: 'what the detector looks for' });

const readingSettings = z.strictObject({
  unit: z.string().max(32).meta({ description: 'engineering unit, where the profile leaves it open' }).optional(),
  range: range.optional(),
  alarms: pointAlarms.optional(),
});

const sensor = z.enum(['catalytic', 'infrared', 'electrochemical', 'semiconductor', 'other']).meta({
  description:
    'principle of the sensor. catalytic: over range is held until the channel has been inhibited or calibrated, because the reading falls in a mixture too rich to burn',
});

const ofChannel = {
  name: nameText('name for people; default the id').optional(),
  zone: zoneIdText.optional(),
  hazardSource: nameText('GB 18218 hazard source that it belongs to').optional(),
  gas: gas.optional(),
  sensor: sensor.optional(),
  settings: z
    .record(z.string(), z.union([z.number(), z.string()]))
    .meta({ description: 'what the profile can not know: "firewatch profiles NAME" tells' })
    .optional(),
  alarms: pointAlarms
    .meta({ description: 'alarms of the first reading; they replace those of the same kind from the standard' })
    .optional(),
  readings: z
    .record(z.string(), readingSettings)
    .meta({ description: 'unit, range and alarms of single readings, by name' })
    .optional(),
};

const MOST_CHANNELS = 2000;

const channelList = z
  .union([z.int().min(1), z.string().meta({ examples: ['1-16', '1-4,7,9-12'] })])
  .transform((written, context): readonly number[] => {
    const parts = String(written)
      .split(',')
      .map((part) => /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/.exec(part));
    const channels = parts.flatMap((part) => {
      const first = Number(part?.[1] ?? 0);
      const last = Number(part?.[2] ?? first);
      const isGood = first >= 1 && last >= first && last - first < MOST_CHANNELS;
      return isGood ? Array.from({ length: last - first + 1 }, (_, index) => first + index) : [Number.NaN];
    });
    if (channels.every((channel) => !Number.isNaN(channel)) && new Set(channels).size === channels.length)
      return channels;
    refuse(context, {
      what: `${JSON.stringify(written)} is no list of channels`,
      why: 'channels count from 1, rise, and stand once each',
      todo: 'write for example "1-16" or "1-4,7"',
    });
    return z.NEVER;
  })
  .meta({ description: 'the channels that are used' });

/** One entry of `devices:`: every channel becomes its points. */
export const deviceSchema = z.strictObject({
  profile: z
    .string()
    .min(1)
    .meta({
      description: 'device profile: a name from "firewatch profiles", or the path of a YAML file of your own',
      examples: ['loop-4-20ma-gas'],
    }),
  source: sourceIdText.meta({ description: 'id of the source that reads it', examples: ['gas'] }),
  unit: z
    .int()
    .min(0)
    .max(255)
    .meta({ description: 'unit id on that source; default the unit of the source' })
    .optional(),
  order: z
    .enum(byteOrders)
    .meta({ description: 'byte order of longer values, where the profile leaves it open' })
    .optional(),
  prefix: pointIdText.meta({
    description:
      'ids of channels begin with it and end with the channel number; without a number when there is one channel',
    examples: ['GD-1-'],
  }),
  channels: channelList.prefault('1'),
  staleAfter: duration({ min: 100 }).meta({ description: 'default as the profile says, or 10s' }).optional(),
  inhibitReport: duration({ max: LONGEST_TIMER_MS })
    .meta({ description: 'an inhibit or calibration that lasts so long is told as an alarm' })
    .prefault('8h'),
  ...ofChannel,
  channel: z
    .record(
      z.string().regex(/^\d+$/),
      z.strictObject({
        id: pointIdText.meta({ description: 'id instead of prefix and number' }).optional(),
        ...ofChannel,
      }),
    )
    .meta({ description: 'what single channels have different, by number' })
    .optional(),
});

export type DeviceText = z.output<typeof deviceSchema>;
export type GasText = z.output<typeof gas>;
