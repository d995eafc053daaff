import { z } from 'zod';
import { careRequests } from '#agent/model/care.ts';
import { duration } from './duration.ts';
import { keyId, signatures } from './seal-schema.ts';
import { secret } from './secret.ts';

/** `care:` of a receiver. */
export const careSchema = z
  .strictObject({
    allow: z
      .array(z.enum(careRequests))
      .min(1)
      .meta({ description: 'what it may ask for: records once more, present values and alarms, how the agent fares' }),
    verify: z
      .strictObject({
        algorithm: z.enum(signatures).meta({ description: 'how its requests are signed' }),
        keyId,
        key: secret().meta({
          description:
            'by reference; HMAC: the shared key, hexadecimal or base64; SM2 and Ed25519: its public key as PEM',
          examples: ['${file:park-public.pem}'],
        }),
      })
      .meta({ description: 'whose requests are believed' }),
    perHour: z.int().min(1).max(3600).meta({ description: 'requests answered in an hour' }).prefault(12),
    every: duration({ min: 1000, max: 86_400_000 })
      .meta({ description: 'over HTTPS: how often the platform is asked for requests' })
      .prefault('30s'),
  })
  .meta({
    description: 'what the receiver may ask of this site; nothing changes the plant or an alarm; default nothing',
  });
