import { z } from 'zod';

/** What an arm needs before and while it fills, bit 0 first. */
export const permissives = ['grounding', 'overfill', 'vehicle', 'deadman', 'shut-off-ready'] as const;

/** What can be wrong with a filling skid or the way to it. */
export const skidFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('Switched off: connections die and new ones are refused'),
  z
    .strictObject({ kind: z.literal('permissive-lost'), permissive: z.enum(permissives) })
    .describe('The contact opens and the skid goes on filling: its interlock does not work'),
  z.strictObject({ kind: z.literal('batch-missing') }).describe('The batch number is 0'),
  z.strictObject({ kind: z.literal('flow-no-number') }).describe('The flow meter fails and the PLC shows no number'),
]);

export type SkidFault = z.output<typeof skidFaultSchema>;
