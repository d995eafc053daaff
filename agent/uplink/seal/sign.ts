import { createHash, createHmac, sign as signNatively } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { privateKey, sm2Scalar, symmetricKey } from './key-text.ts';
import type { SignOptions } from '#agent/model/receiver.ts';
import { SealError } from './seal-error.ts';

/** Signs bytes given in pieces. */
export type Sign = (pieces: readonly Buffer[]) => Buffer;

const HMAC_KEY = { min: 16, max: 4096 };

/** @throws SealError when the key does not fit the algorithm */
export function makeSign(options: Pick<SignOptions, 'algorithm' | 'key'>): Sign {
  if (options.algorithm === 'SM2') return sm2Sign(options);
  if (options.algorithm === 'Ed25519') return ed25519Sign(options);
  return hmacSign(options);
}

type Keyed = Pick<SignOptions, 'algorithm' | 'key'>;

const useOf = ({ algorithm }: Keyed): string => `seal with ${algorithm}`;

function hmacSign(options: Keyed): Sign {
  const shared = symmetricKey(options.key.reveal(), HMAC_KEY, useOf(options));
  const digest = options.algorithm === 'HMAC-SM3' ? 'sm3' : 'sha256';
  return (pieces) => {
    const hmac = createHmac(digest, shared);
    for (const piece of pieces) hmac.update(piece);
    return hmac.digest();
  };
}

/** Not node's own: its OpenSSL signs with an empty identity, and plain ECDSA with a key that node itself generated. */
function sm2Sign(options: Keyed): Sign {
  const scalar = sm2Scalar(privateKey(options.key.reveal(), useOf(options)), useOf(options));
  const identity = sm2.getZ(sm2.getPublicKeyFromPrivateKey(scalar));
  return (pieces) => {
    const hash = createHash('sm3').update(identity);
    for (const piece of pieces) hash.update(piece);
    return Buffer.from(sm2.doSignature(hash.digest(), scalar, { hash: false, der: true }), 'hex');
  };
}

function ed25519Sign(options: Keyed): Sign {
  const own = privateKey(options.key.reveal(), useOf(options));
  if (own.asymmetricKeyType !== 'ed25519') throw new SealError(`${useOf(options)}: the key is of another kind`);
  return (pieces) => signNatively(null, Buffer.concat(pieces), own);
}
