import { z } from 'zod';
import { shutDownValves } from './signals.ts';

const valve = z.enum(shutDownValves);

/** What can be wrong with shut-down valves, their switches and the SIS, or what somebody did there. */
export const sisFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('Switched off: connections die and new ones are refused'),
  z
    .strictObject({ kind: z.literal('switch-stuck'), valve, switch: z.enum(['open', 'closed']), at: z.boolean() })
    .describe('The limit switch says the same wherever the valve is'),
  z.strictObject({ kind: z.literal('bypass-on'), valve }).describe('The maintenance bypass is switched on'),
  z.strictObject({ kind: z.literal('card-fault'), valve }).describe('The SIS tells a fault of the channel'),
  z.strictObject({ kind: z.literal('partial-stroke-failed'), valve }).describe('The last test did not move the valve'),
  z.strictObject({ kind: z.literal('air-low'), valve }).describe('The pressure switch of the air supply tells'),
]);

export type SisFault = z.output<typeof sisFaultSchema>;
