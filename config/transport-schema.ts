import { z } from 'zod';
import { fileDropSchema } from './transports/file-drop.ts';
import { hj212Schema } from './transports/hj212.ts';
import { httpsSchema } from './transports/https.ts';
import { influxSchema } from './transports/influx.ts';
import { kafkaSchema } from './transports/kafka.ts';
import { mqttSchema } from './transports/mqtt.ts';
import { natsSchema } from './transports/nats.ts';
import { platformSchema } from './transports/platform.ts';
import { sparkplugSchema } from './transports/sparkplug.ts';

/** `transport:` of a receiver. */
export const transportSchema = z
  .discriminatedUnion('kind', [
    mqttSchema,
    httpsSchema,
    fileDropSchema,
    natsSchema,
    kafkaSchema,
    sparkplugSchema,
    influxSchema,
    hj212Schema,
    platformSchema,
  ])
  .meta({ description: 'how messages travel' });

export type TransportText = z.output<typeof transportSchema>;
