import { z } from 'zod';

const milliseconds = z.number().int().min(0).max(600_000);
const every = z.number().int().min(1).default(1).describe('Hits each n-th request only');
const point = z.string();

/** Everything that can be wrong with the PLC or the way to it. */
export const modbusFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('Switched off: connections die and new ones are refused'),
  z.strictObject({ kind: z.literal('reset') }).describe('Each request is answered by RST'),
  z.strictObject({ kind: z.literal('half-open') }).describe('Connections stay open; nothing ever comes back'),
  z.strictObject({ kind: z.literal('one-connection') }).describe('A further connection is reset'),
  z.strictObject({ kind: z.literal('slow'), delayMs: milliseconds }).describe('Each reply takes this long'),
  z
    .strictObject({ kind: z.literal('late-reply'), delayMs: milliseconds, every })
    .describe('This reply comes so late that the client has given up, between those of later requests'),
  z.strictObject({ kind: z.literal('wrong-transaction'), offset: z.number().int().default(1), every }),
  z.strictObject({ kind: z.literal('wrong-unit'), offset: z.number().int().default(1), every }),
  z
    .strictObject({
      kind: z.literal('exception'),
      code: z.number().int().min(1).max(255),
      point: point.optional().describe('Only requests that touch this point'),
    })
    .describe('Answers with an exception: 02 hole, 04 device failure, 06 busy, 0B gateway target silent'),
  z
    .strictObject({
      kind: z.literal('bad-register'),
      point,
      words: z.array(z.number().int().min(0).max(0xffff)).min(1),
    })
    .describe('The registers of this point hold these words'),
  z.strictObject({ kind: z.literal('freeze'), point }).describe('The registers of this point no longer change'),
  z.strictObject({ kind: z.literal('truncated'), missing: z.number().int().min(1).max(64), every }),
  z.strictObject({ kind: z.literal('garbage'), bytes: z.number().int().min(1).max(4096).default(32), every }),
  z
    .strictObject({ kind: z.literal('split'), size: z.number().int().min(1).max(64), delayMs: milliseconds.default(5) })
    .describe('The reply arrives in small segments'),
]);

export type ModbusFault = z.output<typeof modbusFaultSchema>;
export type ModbusFaultKind = ModbusFault['kind'];
