import { z } from 'zod';
import { duration } from '#config/duration.ts';
import { refuse } from '#config/fault.ts';
import { secret } from '#config/secret.ts';

const day = 24 * 3600 * 1000;

const securityModes = ['None', 'Sign', 'SignAndEncrypt'] as const;
const securityPolicies = ['None', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep', 'Aes256_Sha256_RsaPss'] as const;

/** How the channel is secured. What is written here is used or the connection fails: never less, never something else. */
export const securitySchema = z
  .strictObject({
    mode: z.enum(securityModes).default('None').meta({ description: 'What the channel does with each message' }),
    policy: z
      .enum(securityPolicies)
      .optional()
      .meta({ description: 'Algorithms; default is Basic256Sha256 where the mode is not None' }),
    serverFingerprint: z
      .string()
      .transform((text) => text.replaceAll(/[\s:]/g, '').toLowerCase())
      .pipe(z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/, 'expected a SHA-1 or SHA-256 fingerprint in hex'))
      .optional()
      .meta({
        description: "The server certificate's SHA-256 (or SHA-1) fingerprint; any other certificate is refused",
      }),
    trustUnknown: z
      .boolean()
      .default(false)
      .meta({ description: 'Accept any server certificate. For a test bench; anybody can then play the server' }),
    warnBeforeExpiry: duration({ max: 3650 * day })
      .prefault('30d')
      .meta({ description: 'Tell this long before a certificate, ours or theirs, expires' }),
  })
  .transform((security, context) => {
    const policy = security.policy ?? (security.mode === 'None' ? 'None' : 'Basic256Sha256');
    if ((security.mode === 'None') !== (policy === 'None')) {
      refuse(context, {
        what: `security mode ${security.mode} with policy ${policy}`,
        why: 'a policy secures messages, so None goes with None only',
        todo:
          security.mode === 'None' ? 'set mode: SignAndEncrypt, or remove the policy' : 'name a policy, or remove it',
      });
      return z.NEVER;
    }
    return { ...security, policy };
  })
  .prefault({})
  .meta({ description: 'How the channel is secured; never falls back to less' });

/** Who we are to the server. Absent: anonymous. */
export const userSchema = z
  .union([
    z.strictObject({
      name: z.string().min(1).meta({ description: 'User name' }),
      password: secret(),
    }),
    z.strictObject({
      certificate: secret().meta({ description: "The user's X.509 certificate (PEM), by reference" }),
      key: secret().meta({ description: "The certificate's private key (PEM), by reference" }),
    }),
  ])
  .meta({
    description: 'Who we are to the server: name and password, or an X.509 user certificate; absent is anonymous',
  });

export type SecurityOptions = z.output<typeof securitySchema>;
export type UserOptions = z.output<typeof userSchema>;
