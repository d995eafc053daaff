import { z } from 'zod';
import { duration } from './duration.ts';
import { isLoopback } from './is-loopback.ts';
import { refuse } from './fault.ts';
import { secret } from './secret.ts';

const policies = ['Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const;

/** `opcuaServer:` */
export const opcuaServerSection = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .meta({ description: 'address to listen on; 127.0.0.1 is this box alone', examples: ['127.0.0.1', '192.0.2.5'] })
      .prefault('127.0.0.1'),
    port: z.int().min(0).max(65_535).meta({ description: 'port; 0 picks a free one' }).prefault(4840),
    security: z
      .enum(['none', 'signed', 'encrypted'])
      .meta({ description: 'messages signed and encrypted, or signed; none is for this box alone' })
      .prefault('encrypted'),
    policies: z
      .array(z.enum(policies))
      .min(1)
      .meta({ description: 'security policies that are offered; default all that are not outdated' })
      .prefault([...policies]),
    users: z
      .array(
        z.strictObject({
          name: z.string().min(1).meta({ description: 'user name of a client' }),
          password: secret(),
        }),
      )
      .meta({ description: 'who may read; without any, every client whose certificate is trusted' })
      .prefault([]),
    maxSessions: z.int().min(1).max(50).meta({ description: 'clients at once' }).prefault(5),
    every: duration({ min: 50, max: 60_000 })
      .meta({ description: 'how often values are brought up to date while a client is connected' })
      .prefault('250ms'),
  })
  .superRefine(({ host, security }, context) => {
    if (security === 'none' && !isLoopback(host))
      refuse(
        context,
        {
          what: `points are offered at ${host} without security`,
          why: 'anybody on that network could read them, and pretend to be this server',
          todo: 'write security: encrypted, or host: 127.0.0.1',
        },
        ['security'],
      );
  })
  .meta({
    description:
      "an OPC UA server by which the plant's own systems read the points, read-only; without this section there is none",
  });
