import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { PROTOCOL_MAX_BITS, PROTOCOL_MAX_REGISTERS } from './request.ts';
import { byteOrders } from './value-type.ts';

const timeout = duration({ min: 10, max: 60_000 });
const pause = duration({ max: 10_000 });

const connecting = {
  connectTimeout: timeout.prefault('3s').meta({ description: 'Longest time to make the connection' }),
  pauseAfterConnect: pause.prefault('0s').meta({ description: 'Silence after connecting, for devices that need it' }),
};
const network = {
  host: z.string().min(1).meta({ description: 'Host name or address' }),
  ...connecting,
};
const line = {
  turnaround: pause.prefault('0s').meta({
    description:
      'Silence between two requests beside the 3.5 characters of the standard, for slow RS-485 converters and devices',
  }),
  lateReply: duration({ min: 100, max: 60_000 }).prefault('3s').meta({
    description:
      'How late a reply may still come. RTU replies carry no number, so that within this time after a disturbance no two requests of a unit look alike',
  }),
};

const transport = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('tcp'),
    ...network,
    port: z.int().min(1).max(65535).default(502).meta({ description: 'TCP port' }),
  }),
  z.strictObject({
    kind: z.literal('rtu'),
    path: z.string().min(1).meta({
      description:
        'Serial port; best below /dev/serial/by-id/, where a replugged adapter is found again. * matches any text in the last part',
    }),
    baudRate: z.int().min(300).max(4_000_000).default(9600).meta({ description: 'Bits per second' }),
    parity: z.enum(['none', 'even', 'odd']).default('none').meta({ description: 'Parity' }),
    dataBits: z.literal([7, 8]).default(8).meta({ description: 'Data bits; RTU needs 8' }),
    stopBits: z.literal([1, 2]).default(1).meta({ description: 'Stop bits' }),
    ...connecting,
    ...line,
  }),
  z.strictObject({
    kind: z.literal('rtu-over-tcp'),
    ...network,
    port: z.int().min(1).max(65535).meta({ description: 'TCP port of the transparent serial server' }),
    baudRate: z.int().min(300).max(4_000_000).default(9600).meta({
      description: 'Bits per second on the serial side, for planning reads only',
    }),
    ...line,
  }),
]);

const deviceSettings = {
  timeout: timeout.prefault('1s').meta({ description: 'Longest wait for a reply' }),
  interval: duration({ min: 10, max: 86_400_000 }).prefault('1s').meta({ description: 'Time between two readings' }),
  maxRegisters: z.int().min(1).max(PROTOCOL_MAX_REGISTERS).default(PROTOCOL_MAX_REGISTERS).meta({
    description: 'Most registers in one request',
  }),
  maxBits: z.int().min(1).max(PROTOCOL_MAX_BITS).default(PROTOCOL_MAX_BITS).meta({
    description: 'Most coils or discrete inputs in one request',
  }),
  gapTolerance: z.int().min(0).max(PROTOCOL_MAX_REGISTERS).default(16).meta({
    description: 'Most unused registers read to save a request; 0 for devices with holes',
  }),
  minGap: pause.prefault('0s').meta({ description: 'Silence between two requests to one unit' }),
  requestsPerSecond: z.number().positive().max(10_000).optional().meta({
    description: 'Budget: never more requests to one unit than this; default no limit',
  }),
  order: z.enum(byteOrders).optional().meta({
    description: 'Byte order of values longer than one register whose address names none',
  }),
  identify: z.boolean().default(true).meta({
    description:
      'Ask each unit once who it is (function code 0x2B/0E). Finds simulators; switch off for devices that it upsets',
  }),
};

/** The same keys without defaults: what one unit has different from the source. */
const unitSettings = z.strictObject({
  timeout: timeout.optional(),
  interval: duration({ min: 10, max: 86_400_000 }).optional(),
  maxRegisters: z.int().min(1).max(PROTOCOL_MAX_REGISTERS).optional(),
  maxBits: z.int().min(1).max(PROTOCOL_MAX_BITS).optional(),
  gapTolerance: z.int().min(0).max(PROTOCOL_MAX_REGISTERS).optional(),
  minGap: pause.optional(),
  requestsPerSecond: z.number().positive().max(10_000).optional(),
  order: z.enum(byteOrders).optional(),
  identify: z.boolean().optional(),
});

export const optionsSchema = z.strictObject({
  transport: transport.meta({ description: 'How the device is reached' }),
  unit: z.int().min(0).max(255).default(1).meta({ description: 'Unit id of points whose address names none' }),
  ...deviceSettings,
  silentUnits: z
    .strictObject({
      share: z.number().min(0.01).max(1).default(0.1).meta({
        description: "Most of the connection's time spent on trying units that do not answer",
      }),
      longestWait: duration({ min: 1000, max: 3_600_000 }).prefault('60s').meta({
        description: 'Longest time between two tries of a unit that does not answer',
      }),
    })
    .prefault({})
    .meta({ description: 'Units that do not answer' }),
  units: z
    .record(z.string().regex(/^\d{1,3}$/), unitSettings)
    .default({})
    .meta({ description: 'Settings of single units, by unit id' }),
});

export type ModbusOptions = z.output<typeof optionsSchema>;
export type TransportOptions = ModbusOptions['transport'];

/** What holds for one unit. */
export type UnitOptions = Pick<ModbusOptions, keyof typeof deviceSettings>;

export const optionsOfUnit = (options: ModbusOptions, unit: number): UnitOptions => ({
  ...options,
  ...withoutUndefined(options.units[String(unit)] ?? {}),
});

function withoutUndefined<Settings extends object>(
  settings: Settings,
): { [Key in keyof Settings]?: NonNullable<Settings[Key]> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as never;
}
