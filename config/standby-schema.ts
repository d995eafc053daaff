import { z } from 'zod';
import { duration } from './duration.ts';
import { natsSchema } from './transports/nats.ts';

/** `standby:` */
export const standbySection = z
  .strictObject({
    box: z
      .string()
      .regex(/^[a-z0-9]{1,16}$/)
      .meta({
        description: 'name of this box, another one at each; it delivers as <site>-<box>',
        examples: ['a', 'b'],
      }),
    transport: natsSchema
      .omit({ subjectPrefix: true, stream: true, timeout: true })
      .extend({
        timeout: duration({ min: 100, max: 60_000 })
          .meta({ description: 'an answer must come within this time' })
          .prefault('2s'),
      })
      .meta({ description: 'JetStream cluster that keeps the lease: three servers, or one that must not fail' }),
    bucket: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/)
      .meta({ description: 'key-value bucket of the lease; made where missing' })
      .prefault('firewatch'),
    replicas: z
      .int()
      .min(1)
      .max(5)
      .meta({ description: 'copies of the lease in the cluster; 1 where there is one server' })
      .prefault(3),
    lease: duration({ min: 1000, max: 600_000 })
      .meta({ description: 'a box that was not heard of for so long is replaced by the other' })
      .prefault('10s'),
  })
  .meta({ description: 'this box is one of two that read the same plant, of which one delivers' });
