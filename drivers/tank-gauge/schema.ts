import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { secret } from '#config/secret.ts';
import { lineTransport } from '../serial-line/line-transport.ts';
import { terminatorNames } from './query.ts';

export const optionsSchema = z.strictObject({
  transport: lineTransport({ baudRate: 9600, port: 10_001 }),
  interval: duration({ min: 100, max: 3_600_000 }).prefault('10s').meta({
    description: 'Time between two readings of all tanks. The probes measure every few seconds at best',
  }),
  timeout: duration({ min: 100, max: 60_000 }).prefault('3s').meta({
    description: 'Longest silence before and within an answer',
  }),
  tankAlarms: z.boolean().default(true).meta({
    description: 'Ask for the alarms of the tanks too. Without them a probe that is out may pass for an empty tank',
  }),
  identify: z.boolean().default(true).meta({
    description: 'Ask once for the software revision. Finds simulators; switch off for consoles that it upsets',
  }),
  securityCode: secret().optional().meta({
    description: 'Six digits that a console with port security wants before each query',
  }),
  terminator: z.enum(terminatorNames).default('none').meta({
    description: 'What ends a query. The original wants nothing; some compatible consoles wait for a character',
  }),
});

export type TankGaugeOptions = z.output<typeof optionsSchema>;
