import { z } from 'zod';
import { httpsSchema } from './transports/https.ts';
import { mqttSchema } from './transports/mqtt.ts';

/** `transport:` of a receiver. */
export const transportSchema = z
  .discriminatedUnion('kind', [mqttSchema, httpsSchema])
  .meta({ description: 'how messages travel' });

export type TransportText = z.output<typeof transportSchema>;
