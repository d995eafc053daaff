import { type CipherGCMTypes, createCipheriv, randomBytes } from 'node:crypto';
import { symmetricKey } from './key-text.ts';
import type { EncryptOptions } from '#agent/model/receiver.ts';

interface Encrypted {
  readonly iv: Buffer;
  /** With the authentication tag of 16 bytes at its end, for GCM. */
  readonly payload: Buffer;
}

/** `context` is authenticated with the payload (GCM), so that neither can be moved to another message. */
export type Encrypt = (payload: Buffer, context: Buffer) => Encrypted;

const GCM_IV_BYTES = 12;
const CBC_IV_BYTES = 16;

/** @throws SealError when the key does not fit the algorithm */
export function makeEncrypt({ algorithm, key }: Pick<EncryptOptions, 'algorithm' | 'key'>): Encrypt {
  const bytes = algorithm === 'AES-256-GCM' ? 32 : 16;
  const secret = symmetricKey(key.reveal(), { min: bytes, max: bytes }, `seal with ${algorithm}`);
  if (algorithm === 'SM4-CBC') {
    return (payload) => {
      const iv = randomBytes(CBC_IV_BYTES);
      const cipher = createCipheriv('sm4-cbc', secret, iv);
      return { iv, payload: Buffer.concat([cipher.update(payload), cipher.final()]) };
    };
  }
  // node's types know GCM of AES only.
  const cipherName = (algorithm === 'SM4-GCM' ? 'sm4-gcm' : 'aes-256-gcm') as CipherGCMTypes;
  return (payload, context) => {
    const iv = randomBytes(GCM_IV_BYTES);
    const cipher = createCipheriv(cipherName, secret, iv);
    cipher.setAAD(context);
    return { iv, payload: Buffer.concat([cipher.update(payload), cipher.final(), cipher.getAuthTag()]) };
  };
}
