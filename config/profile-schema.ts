import { z } from 'zod';
import { duration } from './duration.ts';
import { byteOrders, channelStates, conditionNames, deviceClasses } from './device-words.ts';
import { pointKinds } from './point-schema.ts';

/**
 * A device profile: what a make and model of device says in its registers, as data. One YAML file in `config/devices/`.
 * Nothing here is code: a device that speaks a known protocol is added by one file.
 */

const words = (description: string) => z.string().min(1).meta({ description });
const name = z.string().regex(/^[a-z][a-z0-9-]*$/);
const settingName = z.string().regex(/^[a-zA-Z][a-zA-Z0-9]*$/);
const channelNumber = z.int().min(1).max(65_535);

/** A number, or the name of a setting that the site gives. */
const numberOrSetting = z.union([z.number(), settingName]).meta({ description: 'a number, or the name of a setting' });
const bitOrSetting = z
  .union([z.int().min(0).max(63), settingName])
  .meta({ description: 'bit, 0 the least significant; or the name of a setting' });

const bilingual = z.strictObject({ zh: words('Chinese'), en: words('English') });

const register = z
  .strictObject({
    at: z
      .string()
      .regex(/^((coil|discrete|input|holding|modicon):\S+|[a-zA-Z][a-zA-Z0-9]*(\+\d+)?)$/)
      .meta({
        description:
          'where channel 1 has it: holding:16, holding:0x10 (both from 0), holding:#17 (from 1), modicon:40017, or a setting with an offset, base+201',
        examples: ['modicon:30002', 'base+201'],
      }),
    type: z
      .enum([
        'int16',
        'uint16',
        'int32',
        'uint32',
        'float32',
        'bcd16',
        'bcd32',
        'signmag16',
        'bytedecimal',
        'string',
        'bits',
      ])
      .meta({ description: 'how registers become a value; bits: coils or discrete inputs as one number, first lowest' })
      .prefault('uint16'),
    order: z
      .enum(byteOrders)
      .meta({
        description:
          'byte order of two registers; left out where the source of the facts does not tell: the site says it then',
      })
      .optional(),
    stride: z
      .int()
      .min(0)
      .max(65_535)
      .meta({ description: 'registers (or bits) from one channel to the next' })
      .prefault(0),
    length: z.int().min(1).max(64).meta({ description: 'bits of `bits`, registers of `string`' }).optional(),
    digits: z.int().min(1).max(2).meta({ description: 'decimal places in the low byte of a bytedecimal' }).optional(),
    bits: z
      .tuple([z.int().min(0).max(15), z.int().min(0).max(15)])
      .meta({ description: 'first and last bit of a uint16 that are the value, 0 the least significant' })
      .optional(),
    bad: z.string().meta({ description: 'raw values that mean "no value": 0x8000,-32000' }).optional(),
    scale: numberOrSetting.meta({ description: 'raw value × scale' }).optional(),
    span: z
      .strictObject({
        raw: z.tuple([numberOrSetting, numberOrSetting]),
        value: z.tuple([numberOrSetting, numberOrSetting]),
      })
      .meta({ description: 'a straight line: raw[0] is value[0], raw[1] is value[1]' })
      .optional(),
    optional: z
      .boolean()
      .meta({ description: 'some devices of the model do not have it: what depends on it is then not told' })
      .prefault(false),
  })
  .meta({ description: 'where a value stands, and how it is written' });

const tests = ['bit', 'is', 'not', 'from', 'above', 'below'] as const;

const condition = z
  .strictObject({
    of: name.meta({ description: 'the register that tells it' }),
    bit: bitOrSetting.optional(),
    bitStride: z.int().min(0).max(16).meta({ description: 'bits from one channel to the next' }).prefault(0),
    inverted: z.boolean().meta({ description: 'true when the bit is 0' }).prefault(false),
    normallyEnergised: bitOrSetting
      .meta({
        description: 'bit that says that the relay is energised while all is well: energised XOR this is the truth',
      })
      .optional(),
    is: z.array(z.number()).min(1).meta({ description: 'true for these values' }).optional(),
    not: z.array(z.number()).min(1).meta({ description: 'true for all other values' }).optional(),
    from: z.number().meta({ description: 'true from this value on' }).optional(),
    to: z.number().meta({ description: '… up to this value' }).optional(),
    above: z.number().meta({ description: 'true above this value' }).optional(),
    below: z.number().meta({ description: 'true below this value' }).optional(),
    until: z.number().meta({ description: 'once above or below, true until the value is back here' }).optional(),
    hold: duration({ max: 3_600_000 })
      .meta({ description: 'stays true so long after it was last seen: the device shows it in pulses' })
      .optional(),
  })
  .superRefine((condition, context) => {
    const given = tests.filter((test) => condition[test] !== undefined);
    if (given.length !== 1)
      context.addIssue({
        code: 'custom',
        params: {
          fault: {
            what: given.length === 0 ? 'no test is given' : `${given.join(' and ')} are given`,
            why: 'a condition asks one thing of one register',
            todo: `write one of ${tests.join(', ')}`,
          },
        },
      });
  })
  .meta({ description: 'something that a register tells' });

const anyOf = z.union([condition.transform((one) => [one]), z.array(condition).min(1)]).meta({
  description: 'one condition, or several of which one is enough',
});

const reading = z.strictObject({
  from: name.meta({ description: 'the register with the value' }),
  times: name.meta({ description: 'the register that it is multiplied with' }).optional(),
  per: z.number().positive().meta({ description: 'divided by this' }).optional(),
  decimals: name.meta({ description: 'the register with the number of decimal places' }).optional(),
  exponent: name.meta({ description: 'the register with the power of ten, signed' }).optional(),
  span: z
    .tuple([numberOrSetting, numberOrSetting])
    .meta({ description: "the values that stand for the low and the high end of the point's range" })
    .optional(),
  kind: z.enum(pointKinds).meta({ description: 'what is measured; left out for gas: the site says which' }).optional(),
  unit: z.string().meta({ description: 'engineering unit; left out: the site says it' }).optional(),
  range: z.strictObject({ low: z.number(), high: z.number() }).optional(),
  units: z
    .strictObject({ of: name, codes: z.record(z.string().regex(/^\d+$/), z.string()) })
    .meta({ description: 'the register that names the unit: a value in another unit than the site expects is bad' })
    .optional(),
  name: bilingual.optional(),
});

const alarm = z.strictObject({
  values: z.array(z.union([z.number(), z.boolean(), z.string()])).min(1),
  priority: z.enum(['critical', 'high', 'medium', 'low']).optional(),
  message: bilingual.optional(),
});

const expected = z.union([
  z.number(),
  z.boolean(),
  z.string(),
  z.strictObject({
    value: z.union([z.number(), z.boolean(), z.string(), z.null()]),
    quality: z
      .string()
      .meta({ description: 'level and reason', examples: ['bad sensor-fault', 'uncertain inhibited'] }),
  }),
]);

const golden = z.strictObject({
  about: words('what the frame shows'),
  channel: channelNumber.prefault(1),
  settings: z.record(settingName, z.union([z.number(), z.string()])).prefault({}),
  order: z.enum(byteOrders).optional(),
  unit: z.string().meta({ description: 'unit that the site expects' }).optional(),
  range: z.strictObject({ low: z.number(), high: z.number() }).optional(),
  given: z
    .record(z.string(), z.array(z.int().min(0).max(0xffff)).min(1))
    .meta({ description: 'registers (or bits) of the reply from each address on' }),
  expect: z.record(name, expected).meta({ description: 'every output, with its quality where it is not good' }),
  others: expected.meta({ description: 'what every output says that `expect` does not name' }).optional(),
});

export const profileSchema = z.strictObject({
  id: name.meta({ description: 'as the file is named; `profile:` of a site' }),
  vendor: words('who makes it; "type" where it is no vendor\'s'),
  model: words('model, and firmware where it matters'),
  class: z.enum(deviceClasses).meta({ description: 'class of device' }),
  protocol: z.literal('modbus').meta({ description: 'kind of the source that reads it' }),
  source: words('where the facts come from: document, page, edition'),
  confidence: z.enum(['vendor-manual', 'integrator-code', 'type-typical']).meta({
    description:
      "what the facts rest on: the vendor's manual, somebody's working code, or what devices of the type mostly do",
  }),
  verifiedOnSite: z
    .strictObject({ by: words('who compared it with the instrument'), at: z.iso.date(), note: z.string().optional() })
    .meta({ description: 'filled in by commissioning' })
    .optional(),
  line: z
    .strictObject({
      transports: z.array(z.enum(['rtu', 'rtu-over-tcp', 'tcp'])).min(1),
      baudRate: z.int().optional(),
      parity: z.enum(['none', 'even', 'odd']).optional(),
      stopBits: z.literal([1, 2]).optional(),
      unit: z.int().min(0).max(255).meta({ description: 'unit id as delivered' }).optional(),
    })
    .meta({ description: 'how it is connected, as delivered; hints for the integrator' }),
  limits: z
    .strictObject({
      maxRegisters: z.int().min(1).max(125).optional(),
      maxBits: z.int().min(1).max(2000).optional(),
      gapTolerance: z.int().min(0).max(125).optional(),
      solid: z
        .boolean()
        .meta({
          description: 'what lies between the registers of a channel can be read too, so that one request takes all',
        })
        .prefault(false),
      minGap: duration({ max: 10_000 }).meta({ description: 'silence between two requests' }).optional(),
      timeout: duration({ min: 10, max: 60_000 }).meta({ description: 'longest time to answer' }).optional(),
      refresh: duration({ min: 10 }).meta({ description: 'how often the device has new values' }).optional(),
      staleAfter: duration({ min: 100 }).meta({ description: 'when a value is old; default 10s' }).optional(),
    })
    .meta({ description: 'what it bears; a site can be stricter, never laxer' })
    .prefault({}),
  channels: z.strictObject({ last: channelNumber }).meta({ description: 'channels 1 to last' }),
  settings: z
    .record(
      settingName,
      z.strictObject({
        about: words('what it is, and where on the device or in its papers it is found'),
        default: z.union([z.number(), z.string()]).optional(),
      }),
    )
    .meta({ description: 'what only the site can tell; without a default it must be given' })
    .prefault({}),
  registers: z.record(name, register),
  readings: z.record(name, reading).prefault({}).meta({ description: 'numbers: one point each' }),
  conditions: z
    .partialRecord(z.enum(conditionNames), anyOf)
    .prefault({})
    .meta({ description: 'what makes the state of the channel, and with it the quality of its readings' }),
  bits: z
    .record(name, z.strictObject({ when: anyOf, name: bilingual, alarm: alarm.optional() }))
    .prefault({})
    .meta({ description: 'booleans: one point each' }),
  codes: z
    .record(
      name,
      z.strictObject({
        from: name,
        name: bilingual,
        states: z.record(z.string(), z.string()).optional(),
        alarm: alarm.optional(),
      }),
    )
    .prefault({})
    .meta({ description: 'numbers without a unit: fault codes, phases' }),
  texts: z
    .record(name, z.strictObject({ from: name, name: bilingual }))
    .prefault({})
    .meta({ description: 'texts: one point each' }),
  heartbeat: z
    .strictObject({ of: name, within: duration({ min: 1000, max: 86_400_000 }) })
    .meta({ description: 'a register that changes while the device lives; when it stops everything is stale' })
    .optional(),
  mirrored: z
    .array(name)
    .prefault([])
    .meta({ description: 'registers whose high byte repeats the low byte; another one is damaged' }),
  precedence: z
    .array(z.enum(channelStates))
    .length(channelStates.length)
    .meta({ description: 'which state is told when several hold; default: what makes the reading worthless first' })
    .optional(),
  latching: words('what the device holds until somebody resets it').optional(),
  direction: z
    .enum(['rising', 'falling', 'by-gas'])
    .meta({ description: "which way the device's alarms look; by-gas: falling for oxygen" })
    .prefault('by-gas'),
  notes: z.array(z.string()).prefault([]).meta({ description: 'traps' }),
  notDecoded: z
    .array(z.string())
    .prefault([])
    .meta({ description: 'what the device tells and this profile leaves out' }),
  golden: z.array(golden).min(1).meta({ description: 'frames and what they mean; a test decodes each' }),
});
