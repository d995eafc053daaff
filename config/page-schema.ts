import { z } from 'zod';
import { refuse } from './fault.ts';
import { isLoopback } from './is-loopback.ts';
import { secret } from './secret.ts';

const given = z.strictObject({
  certificate: z.string().min(1).meta({ description: 'PEM file of the certificate, relative to this file' }),
  key: secret(),
});

const groups = z.array(z.string().min(1)).optional();

const oidc = z
  .strictObject({
    issuer: z
      .string()
      .regex(
        /^https:\/\/[^\s@]+$|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/[^\s@]*)?$/,
        'expected https://… (http:// on this box alone)',
      )
      .meta({ description: 'address of the provider, as its tokens name it', examples: ['https://id.example.org'] }),
    clientId: z.string().min(1).meta({ description: 'under which the provider knows this page' }),
    clientSecret: secret().optional(),
    pageUrl: z
      .string()
      .regex(/^https?:\/\/[^\s/@]+$/, 'expected https://host:port, without a path')
      .meta({
        description:
          'where people reach the page; the provider must allow this address with /api/oidc/callback behind it',
        examples: ['https://firewatch.plant.example:8080'],
      }),
    label: z
      .string()
      .min(1)
      .max(60)
      .meta({ description: 'what people know the provider by' })
      .prefault('OpenID Connect'),
    scope: z
      .string()
      .regex(/(^| )openid( |$)/, 'must hold "openid"')
      .meta({ description: 'what is asked of the provider' })
      .prefault('openid profile email'),
    claim: z.string().min(1).meta({ description: 'claim that holds the groups of a person' }).prefault('groups'),
    roles: z
      .strictObject({
        viewer: groups.meta({ description: 'groups that may look' }),
        operator: groups.meta({ description: 'groups that may acknowledge and shelve, too' }),
        engineer: groups.meta({ description: 'groups that may change the configuration, too' }),
        admin: groups.meta({ description: 'groups that may manage accounts, too' }),
      })
      .meta({ description: 'groups that have a role here; the highest counts, and who is in none is refused' }),
  })
  .meta({ description: 'signing in by a provider of OpenID Connect, beside the accounts of the box; default none' });

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
    oidc: oidc.optional(),
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
