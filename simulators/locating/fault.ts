import { z } from 'zod';

const every = z.number().int().min(1).default(1).describe('Hits each n-th message only');

/** Everything that can be wrong with a locating hub or the way to it. */
export const locatingFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('Switched off: connections die and new ones are refused'),
  z.strictObject({ kind: z.literal('reset') }).describe('Every connection ends with RST, once'),
  z.strictObject({ kind: z.literal('silent') }).describe('Connected, and no tag is heard any more'),
  z.strictObject({ kind: z.literal('flipped-bit'), every }).describe('One bit of the message is wrong'),
  z.strictObject({ kind: z.literal('cut'), every }).describe('The message ends in its middle'),
  z.strictObject({ kind: z.literal('garbage'), every }).describe('Random bytes instead of the message'),
  z.strictObject({ kind: z.literal('huge') }).describe('A message of 20 MB, once'),
  z.strictObject({ kind: z.literal('refuse-login') }).describe('No login is right'),
  z
    .strictObject({ kind: z.literal('clock-step'), offsetMs: z.number().int() })
    .describe('The hub’s clock is off by so much'),
]);

export type LocatingFault = z.output<typeof locatingFaultSchema>;
export type LocatingFaultKind = LocatingFault['kind'];

type Damaging = Extract<LocatingFault, { every: number }>;

/** A message under the faults that are active. `nth` counts messages from 1. Pure. */
export function damaged(message: Buffer, faults: readonly LocatingFault[], nth: number): Buffer {
  const active = (kind: Damaging['kind']): boolean =>
    faults.some((fault) => fault.kind === kind && 'every' in fault && nth % fault.every === 0);
  if (active('garbage')) return Buffer.from(Array.from({ length: 40 }, (_, at) => (at * 167 + nth * 59) & 0xff));
  if (active('cut')) return message.subarray(0, 1 + (nth % (message.length - 1)));
  if (!active('flipped-bit')) return message;
  const changed = Buffer.from(message);
  const at = nth % changed.length;
  changed[at] = (changed[at] ?? 0) ^ (1 << (nth % 8));
  return changed;
}
