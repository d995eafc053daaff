import { z } from 'zod';
import { secret } from '#config/secret.ts';

/** How a device is known by its certificate. */
export const tlsSchema = z
  .strictObject({
    fingerprint: z
      .string()
      .regex(/^(?:[0-9a-fA-F]{2}:?){31}[0-9a-fA-F]{2}$/)
      .optional()
      .meta({
        description:
          'SHA-256 fingerprint of the certificate: this one and no other, whoever signed it and however old it is',
        examples: ['AB:CD:…'],
      }),
    ca: secret()
      .optional()
      .meta({
        description: "The authority (PEM) that signed the device's certificate, by reference",
        examples: ['${file:ca.pem}'],
      }),
  })
  .meta({
    description:
      'HTTPS. Without fingerprint and ca an authority of the system must vouch; a refusal tells the fingerprint',
  });

export type TlsTerms = z.output<typeof tlsSchema>;

/** What a device listens on where nothing else is said. */
export const webPort = ({ port, tls }: { readonly port?: number | undefined; readonly tls?: unknown }): number =>
  port ?? (tls === undefined ? 80 : 443);
