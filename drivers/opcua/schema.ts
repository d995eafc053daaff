import { z } from 'zod';
import { duration } from '#config/duration.ts';

const second = 1000;

/** The keys of a source of kind `opcua`. Defaults suit a DCS gateway of unknown make; the README says when to change one. */
export const optionsSchema = z.strictObject({
  endpoint: z
    .string()
    .regex(/^opc\.tcp:\/\/[^/\s]+/, 'expected opc.tcp://host:port, with a path where the server has one')
    .meta({ description: "The server's address", examples: ['opc.tcp://10.1.2.3:4840'] }),
  publishingInterval: duration({ min: 50, max: 60 * second })
    .prefault('1s')
    .meta({ description: 'How often the server sends what has changed' }),
  samplingInterval: duration({ max: 60 * second })
    .optional()
    .meta({ description: 'How often the server looks at its values; default is the publishing interval' }),
  queueSize: z
    .int()
    .min(1)
    .max(1000)
    .default(10)
    .meta({ description: 'Changes of one node that the server keeps between two sendings' }),
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
  connectTimeout: duration({ min: 200, max: 120 * second })
    .prefault('10s')
    .meta({ description: 'Longest time for each step of connecting' }),
  requestTimeout: duration({ min: 200, max: 120 * second })
    .prefault('10s')
    .meta({ description: 'Longest time for the answer to a request' }),
  sessionTimeout: duration({ min: 10 * second, max: 3600 * second })
    .prefault('60s')
    .meta({ description: 'After this silence the server forgets us' }),
  retryBadNodes: duration({ min: second, max: 24 * 3600 * second })
    .prefault('60s')
    .meta({ description: 'How often nodes that the server refused are tried again' }),
});

export type OpcuaOptions = z.output<typeof optionsSchema>;
