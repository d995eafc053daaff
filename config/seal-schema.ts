import { z } from 'zod';
import type { EncryptOptions, SignOptions } from '#agent/model/receiver.ts';
import { refuse } from './fault.ts';
import { secret } from './secret.ts';

const encryptions = ['SM4-GCM', 'SM4-CBC', 'AES-256-GCM'] as const satisfies readonly EncryptOptions['algorithm'][];
export const signatures = [
  'HMAC-SM3',
  'HMAC-SHA-256',
  'SM2',
  'Ed25519',
] as const satisfies readonly SignOptions['algorithm'][];

export const keyId = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,64}$/)
  .meta({
    description: 'name of the key: travels with each message, so that keys can be changed without a break',
    examples: ['2026-1'],
  });

const next = (key: string) =>
  z
    .strictObject({
      keyId,
      key: secret().meta({ description: 'by reference, of the same kind as the key before it', examples: [key] }),
      from: z
        .string()
        .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/)
        .meta({ description: 'time with its zone, from which on it is used', examples: ['2027-01-01T00:00:00+08:00'] }),
    })
    .meta({ description: 'key that takes over at an agreed time, by which the receiver must have it; default none' })
    .optional();

const encrypt = z.strictObject({
  algorithm: z.enum(encryptions).meta({ description: 'SM4-CBC only together with sign' }),
  keyId,
  key: secret().meta({
    description: 'hexadecimal or base64, by reference: 16 bytes for SM4, 32 for AES-256',
    examples: ['${file:encrypt.key}'],
  }),
  next: next('${file:encrypt-2027.key}'),
});

const sign = z.strictObject({
  algorithm: z
    .enum(signatures)
    .meta({ description: 'HMACs share their key with the receiver; SM2 and Ed25519 do not' }),
  keyId,
  key: secret().meta({
    description: 'by reference; HMAC: hexadecimal or base64, 16 bytes at least; SM2 and Ed25519: private key as PEM',
    examples: ['${file:sign-key.pem}'],
  }),
  next: next('${file:sign-key-2027.pem}'),
});

/** `seal:` of a receiver. */
export const sealSchema = z
  .strictObject({
    encrypt: encrypt.meta({ description: 'keeps messages from being read on their way' }).optional(),
    sign: sign.meta({ description: 'keeps messages from being changed on their way' }).optional(),
  })
  .superRefine((seal, context) => {
    if (!seal.encrypt && !seal.sign)
      refuse(context, {
        what: 'seal neither encrypts nor signs',
        why: 'messages would go as they are',
        todo: 'add encrypt or sign, or delete seal',
      });
    if (seal.encrypt?.algorithm === 'SM4-CBC' && !seal.sign)
      refuse(
        context,
        {
          what: 'SM4-CBC without a signature',
          why: 'it does not protect against changes',
          todo: 'add sign, or write SM4-GCM',
        },
        ['encrypt', 'algorithm'],
      );
  })
  .meta({ description: 'protection of messages beyond the transport: encrypted first, then signed' });

export type SealText = z.output<typeof sealSchema>;
