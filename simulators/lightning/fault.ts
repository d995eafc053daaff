import { z } from 'zod';

const every = z.number().int().min(1).default(1).describe('Hits each n-th line only');

/** Everything that can be wrong with the mill or the way to it. */
export const millFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('Switched off: connections die and new ones are refused'),
  z.strictObject({ kind: z.literal('silent') }).describe('Connected, but says nothing'),
  z.strictObject({ kind: z.literal('noise'), every }).describe('Random bytes between the lines, without a line end'),
  z.strictObject({ kind: z.literal('wrong-checksum'), every }),
  z.strictObject({ kind: z.literal('flipped-bit'), every }).describe('One bit of the line is wrong'),
  z.strictObject({ kind: z.literal('cut'), every }).describe('The line ends in its middle, without a line end'),
  z.strictObject({ kind: z.literal('wrong-baud') }).describe('What a line looks like at another speed'),
  z.strictObject({ kind: z.literal('stuck') }).describe('Repeats the reading that it had'),
  z.strictObject({ kind: z.literal('rotor-fault') }).describe('The rotor stands: flat zero and the fault digit'),
  z.strictObject({ kind: z.literal('rotor-stopped') }).describe('The rotor stands and nothing tells: flat zero alone'),
  z
    .strictObject({ kind: z.literal('spike'), field: z.number().min(-20).max(20).default(12), every })
    .describe('Rain or an insect: one reading far away, then as before'),
]);

export type MillFault = z.output<typeof millFaultSchema>;
export type MillFaultKind = MillFault['kind'];
