import { z } from 'zod';

const channel = z.number().int().min(1).max(128);

/** What can be wrong with a vibration rack or a wireless gateway and its sensors. */
export const vibrationFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('Switched off: connections die and new ones are refused'),
  z.strictObject({ kind: z.literal('not-ok'), channel }).describe('Probe or cable failed; the value looks fine'),
  z
    .strictObject({ kind: z.literal('bypass'), channel, shown: z.number().default(0) })
    .describe('The channel is bypassed and shows this'),
  z.strictObject({ kind: z.literal('out-of-reach'), channel }).describe('The gateway no longer hears the sensor'),
  z.strictObject({ kind: z.literal('asleep') }).describe('No new measurement comes; the last ones stay'),
]);

export type VibrationFault = z.output<typeof vibrationFaultSchema>;
