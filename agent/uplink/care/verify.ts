import { createHmac, createPublicKey, timingSafeEqual, verify as verifyNatively } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import type { CareOptions } from '#agent/model/care.ts';
import { symmetricKey } from '../seal/key-text.ts';
import { SealError } from '../seal/seal-error.ts';

/** Whether a signature is that of the key's owner. */
export type Verify = (signed: Buffer, signature: Buffer) => boolean;

/** @throws SealError when the key does not fit the algorithm */
export function makeVerify({ algorithm, key }: CareOptions['verify']): Verify {
  const use = `verify requests with ${algorithm}`;
  if (algorithm === 'HMAC-SM3' || algorithm === 'HMAC-SHA-256') {
    const shared = symmetricKey(key.reveal(), { min: 16, max: 4096 }, use);
    const digest = algorithm === 'HMAC-SM3' ? 'sm3' : 'sha256';
    return (signed, signature) => {
      const expected = createHmac(digest, shared).update(signed).digest();
      return expected.length === signature.length && timingSafeEqual(expected, signature);
    };
  }
  const published = publicKey(key.reveal(), use);
  if (algorithm === 'Ed25519') {
    if (published.asymmetricKeyType !== 'ed25519') throw new SealError(`${use}: the key is of another kind`);
    return (signed, signature) => verifyNatively(null, signed, published, signature);
  }
  // The last 65 bytes of a public key's DER are the point, uncompressed.
  const point = published.export({ format: 'der', type: 'spki' }).subarray(-65).toString('hex');
  return (signed, signature) => {
    try {
      return sm2.doVerifySignature(signed, signature.toString('hex'), point, { hash: true, der: true });
    } catch {
      return false;
    }
  };
}

function publicKey(pem: string, use: string) {
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new SealError(`${use}: the key is no public key in PEM`, { cause: error });
  }
}
