import { z } from 'zod';

const channel = z.number().int().min(1).max(256);

/** What can be wrong with a gas panel or the way to it, as the control takes it. */
export const gasFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('Switched off: connections die and new ones are refused'),
  z
    .strictObject({ kind: z.literal('inhibit-frozen'), channel, shown: z.number().default(0) })
    .describe('The channel is inhibited and goes on showing this'),
  z.strictObject({ kind: z.literal('heartbeat-stop') }).describe('The panel answers, but nothing in it lives'),
  z.strictObject({ kind: z.literal('over-range'), channel }).describe('More gas than the sensor can tell'),
  z.strictObject({ kind: z.literal('latch'), channel }).describe('The first alarm is held although the gas is gone'),
  z.strictObject({ kind: z.literal('absent'), channel }),
  z.strictObject({ kind: z.literal('sensor-fault'), channel, code: z.number().int().min(1).max(99).default(1) }),
  z.strictObject({ kind: z.literal('lost'), channel }).describe('The panel has lost the detector'),
  z.strictObject({ kind: z.literal('bus-down') }).describe('The panel has lost its whole bus'),
  z.strictObject({ kind: z.literal('wrong-scale') }).describe('Firmware whose whole numbers have another scale'),
]);
