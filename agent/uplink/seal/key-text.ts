import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SealError } from './seal-error.ts';

/** A symmetric key from hexadecimal or base64. */
export function symmetricKey(text: string, bytes: { readonly min: number; readonly max: number }, use: string): Buffer {
  const trimmed = text.trim();
  const key = /^([0-9a-f]{2})+$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64');
  if (key.length >= bytes.min && key.length <= bytes.max) return key;
  const wanted = bytes.min === bytes.max ? `${bytes.min}` : `${bytes.min} or more`;
  throw new SealError(
    `${use}: the key has ${key.length} bytes, ${wanted} are needed; give it as hexadecimal or base64`,
  );
}

export function privateKey(pem: string, use: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new SealError(`${use}: the key is no private key in PEM`, { cause: error });
  }
}

/** `INTEGER 1, OCTET STRING (32)`: how RFC 5915 begins an EC private key of 256 bits, inside PKCS #8. */
const EC_PRIVATE_KEY = Buffer.from('0201010420', 'hex');
const SM2_CURVE = Buffer.from('06082a811ccf5501822d', 'hex');

/** The secret number of an SM2 key, which node can load and not hand out. Hexadecimal. */
export function sm2Scalar(key: KeyObject, use: string): string {
  const der = key.export({ format: 'der', type: 'pkcs8' });
  const at = der.indexOf(EC_PRIVATE_KEY);
  if (at < 0 || !der.includes(SM2_CURVE)) throw new SealError(`${use}: the key is of another curve than SM2`);
  const start = at + EC_PRIVATE_KEY.length;
  return der.subarray(start, start + 32).toString('hex');
}
