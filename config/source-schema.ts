import { z } from 'zod';
import { sourceAlarms } from './alarm-schema.ts';
import { nameText, sourceIdText } from './id-schema.ts';

/** Keys of a source that do not depend on its kind; the kind's own keys stand beside them. */
export const sourceSchema = z.strictObject({
  id: sourceIdText,
  kind: z.string().meta({ description: 'kind of source: which driver reads it', examples: ['opcua', 'modbus'] }),
  name: nameText('name for people; default the id').optional(),
  simulated: z.boolean().meta({ description: 'every sample carries the sim flag; default false' }).prefault(false),
  alarms: sourceAlarms.optional(),
});
