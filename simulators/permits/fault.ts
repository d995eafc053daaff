import { z } from 'zod';

/** What can be wrong with the permit system, as the control takes it. */
export const permitFaultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('gone') }).describe('Switched off: connections die and new ones are refused'),
]);
