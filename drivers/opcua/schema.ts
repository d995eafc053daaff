import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { addressSchema } from './address.ts';
import { securitySchema, userSchema } from './security-schema.ts';

const second = 1000;
const day = 24 * 3600 * second;

const endpointUrl = z
  .string()
  .regex(/^opc\.tcp:\/\/[^/\s]+/, 'expected opc.tcp://host:port, with a path where the server has one');

const deadband = z
  .union([
    z.strictObject({
      absolute: z.number().positive().meta({ description: 'In the units that the server sends' }),
    }),
    z.strictObject({
      percent: z.number().positive().max(100).meta({ description: "Percent of the node's EURange; needs one" }),
    }),
  ])
  .meta({ description: 'The server keeps smaller changes to itself; where it refuses that, it sends every change' });

/** How a group of points is read. A group takes what it does not say from the source. */
const reading = {
  mode: z
    .enum(['subscribe', 'read'])
    .meta({ description: 'subscribe: the server sends changes; read: every value is read each publishingInterval' }),
  publishingInterval: duration({ min: 50, max: 60 * second }).meta({
    description: 'How often the server sends what has changed',
  }),
  samplingInterval: duration({ max: 60 * second }).meta({
    description: 'How often the server looks at its values; default is the publishing interval',
  }),
  queueSize: z
    .int()
    .min(1)
    .max(1000)
    .meta({ description: 'Changes of one node that the server keeps between two sendings' }),
  deadband,
};

const groupSchema = z.strictObject({
  name: z.string().min(1).meta({ description: 'For messages' }),
  points: z
    .array(z.string().min(1))
    .min(1)
    .meta({ description: 'Point ids; * stands for any text, ? for one character', examples: [['R-101.*']] }),
  mode: reading.mode.optional(),
  publishingInterval: reading.publishingInterval.optional(),
  samplingInterval: reading.samplingInterval.optional(),
  queueSize: reading.queueSize.optional(),
  deadband: reading.deadband.optional(),
});

/** The keys of a source of kind `opcua`. Defaults suit a DCS gateway of unknown make; the README says when to change one. */
export const optionsSchema = z.strictObject({
  endpoint: endpointUrl.meta({ description: "The server's address", examples: ['opc.tcp://10.1.2.3:4840'] }),
  redundant: z
    .array(endpointUrl)
    .default([])
    .meta({ description: 'Addresses of the same server or its partner, tried in turn when the one before fails' }),
  reverse: z
    .strictObject({
      listen: endpointUrl.meta({
        description: 'Where we wait for the server to call',
        examples: ['opc.tcp://0.0.0.0:4850'],
      }),
      serverUri: z
        .string()
        .optional()
        .meta({ description: "The calling server's application URI; others are refused" }),
      callWithin: duration({ min: second, max: 600 * second })
        .prefault('90s')
        .meta({ description: 'Longest wait for a call; must be longer than the server waits between two calls' }),
    })
    .optional()
    .meta({ description: 'The server opens the connection, out of a network that lets nobody in' }),
  security: securitySchema,
  user: userSchema.optional(),
  mode: reading.mode.default('subscribe'),
  publishingInterval: reading.publishingInterval.prefault('1s'),
  samplingInterval: reading.samplingInterval.optional(),
  queueSize: reading.queueSize.default(10),
  deadband: reading.deadband.optional(),
  groups: z
    .array(groupSchema)
    .default([])
    .meta({ description: 'Points that are read differently; the first group that names a point has it' }),
  conditions: z
    .strictObject({
      node: z
        .string()
        .superRefine((text, context) => {
          for (const { message } of addressSchema.safeParse(text).error?.issues ?? [])
            context.addIssue({ code: 'custom', message });
        })
        .default('i=2253')
        .meta({ description: 'Event notifier; default is the Server object' }),
    })
    .optional()
    .meta({ description: "Subscribe to the server's own alarms (Alarms & Conditions); they are never acknowledged" }),
  history: z
    .strictObject({
      longest: duration({ min: second, max: 30 * day })
        .prefault('1h')
        .meta({ description: 'How far back an outage is filled' }),
    })
    .optional()
    .meta({ description: "Fill an outage from the server's history; such samples are marked as backfilled" }),
  describe: z
    .boolean()
    .default(true)
    .meta({ description: 'Read ranges, units and descriptions of the nodes once after connecting' }),
  keepAlive: duration({ min: 500, max: 60 * second })
    .prefault('3s')
    .meta({ description: 'The server says at least this often that nothing has changed' }),
  itemsPerSubscription: z
    .int()
    .min(1)
    .max(50_000)
    .default(1000)
    .meta({ description: 'Monitored nodes in one subscription, at most' }),
  itemsPerRequest: z
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .meta({ description: 'Operations in one request, at most; the server may tell or show a lower limit' }),
  requestsPerSecond: z
    .number()
    .positive()
    .max(1000)
    .default(20)
    .meta({ description: 'Requests to the server, at most; waiting for notifications does not count' }),
  connectTimeout: duration({ min: 200, max: 120 * second })
    .prefault('10s')
    .meta({ description: 'Longest time for each step of connecting' }),
  requestTimeout: duration({ min: 200, max: 120 * second })
    .prefault('10s')
    .meta({ description: 'Longest time for the answer to a request' }),
  sessionTimeout: duration({ min: 10 * second, max: 3600 * second })
    .prefault('60s')
    .meta({ description: 'After this silence the server forgets us' }),
  retryBadNodes: duration({ min: second, max: day })
    .prefault('60s')
    .meta({ description: 'How often nodes that the server refused are tried again' }),
});

export type OpcuaOptions = z.output<typeof optionsSchema>;
