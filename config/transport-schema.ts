import { z } from 'zod';
import { fileDropSchema } from './transports/file-drop.ts';
import { httpsSchema } from './transports/https.ts';
import { mqttSchema } from './transports/mqtt.ts';
import { natsSchema } from './transports/nats.ts';

/** `transport:` of a receiver. */
export const transportSchema = z
  .discriminatedUnion('kind', [mqttSchema, httpsSchema, fileDropSchema, natsSchema])
  .meta({ description: 'how messages travel' });

export type TransportText = z.output<typeof transportSchema>;
