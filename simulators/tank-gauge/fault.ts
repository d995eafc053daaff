import { z } from 'zod';

const every = z.number().int().min(1).default(1).describe('Hits each n-th answer only');
const tank = z.number().int().min(1).max(99);

/** Everything that can be wrong with the console, its probes or the way to it. */
export const gaugeFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('Switched off: connections die and new ones are refused'),
  z.strictObject({ kind: z.literal('silent') }).describe('Connected, but answers nothing'),
  z.strictObject({ kind: z.literal('slow'), delayMs: z.number().int().min(0).max(600_000) }),
  z.strictObject({ kind: z.literal('wrong-checksum'), every }),
  z.strictObject({ kind: z.literal('noise'), every }).describe('Random bytes before the answer'),
  z.strictObject({ kind: z.literal('cut'), every }).describe('The answer stops in its middle'),
  z
    .strictObject({ kind: z.literal('split'), size: z.number().int().min(1).max(64) })
    .describe('The answer arrives in small segments'),
  z.strictObject({ kind: z.literal('missing-tank'), tank }).describe('The console no longer lists the tank'),
  z
    .strictObject({ kind: z.literal('probe-out'), tank })
    .describe('Zeros in the inventory, and the alarm in the status report'),
  z
    .strictObject({ kind: z.literal('unknown-function'), code: z.string().regex(/^i\w{3}$/) })
    .describe('An older console: answers 9999FF1B'),
  z
    .strictObject({ kind: z.literal('ignored-function'), code: z.string().regex(/^i\w{3}$/) })
    .describe('Nothing comes back to this function'),
  z
    .strictObject({ kind: z.literal('no-number'), tank })
    .describe('Infinity instead of values, as some compatible consoles send for what they do not measure'),
]);

export type GaugeFault = z.output<typeof gaugeFaultSchema>;
export type GaugeFaultKind = GaugeFault['kind'];
