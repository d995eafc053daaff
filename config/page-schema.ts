import { z } from 'zod';
import { refuse } from './fault.ts';
import { isLoopback } from './is-loopback.ts';
import { secret } from './secret.ts';

const given = z.strictObject({
  certificate: z.string().min(1).meta({ description: 'PEM file of the certificate, relative to this file' }),
  key: secret(),
});

/** `page:` */
export const pageSection = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .meta({ description: 'address to listen on; 127.0.0.1 is this box alone', examples: ['127.0.0.1', '0.0.0.0'] })
      .prefault('127.0.0.1'),
    port: z.int().min(0).max(65_535).meta({ description: 'port; 0 picks a free one' }).prefault(8080),
    readOnly: z.boolean().meta({ description: 'nobody can change anything here, whatever the role' }).prefault(false),
    anonymous: z
      .literal('viewer')
      .meta({ description: 'what may be seen without signing in; default nothing' })
      .optional(),
    tls: z
      .union([z.literal('own'), given])
      .meta({
        description:
          'served over TLS: "own" by a certificate that the box makes for itself, whose fingerprint the log shows; default none, which is refused beyond this box',
      })
      .optional(),
  })
  .superRefine(({ host, tls }, context) => {
    if (tls === undefined && !isLoopback(host))
      refuse(
        context,
        {
          what: `the page is offered at ${host} without TLS`,
          why: 'passwords would cross the network in the clear',
          todo: 'add "tls: own", or write host: 127.0.0.1',
        },
        ['host'],
      );
  })
  .meta({ description: 'the local page and its API; without this section there is none' });
