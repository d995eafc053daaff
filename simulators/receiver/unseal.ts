import {
  createDecipheriv,
  createHmac,
  createPublicKey,
  timingSafeEqual,
  verify,
  type CipherGCMTypes,
} from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { sm2 } from 'sm-crypto-v2';
import type { Delivered } from './message-check.ts';

/**
 * The receiver's keys by key id: a secret shared with the site as hexadecimal, or the site's public key as PEM.
 * Several at once, while keys are changed.
 */
export type ReceiverKeys = Readonly<Record<string, string>>;

const GCM_TAG_BYTES = 16;

/** The text inside, once signature and encryption are found right. Throws, in words, what is wrong. */
export function unseal(delivered: Delivered, keys: ReceiverKeys, mustBeSigned: boolean): string {
  const header = (name: string): string => {
    const value = delivered.userProperties[name];
    return typeof value === 'string' ? value : '';
  };
  const key = (id: string): string => {
    const found = keys[id];
    if (found === undefined) throw new Error(`no key ${id}`);
    return found;
  };
  const context = (...names: string[]): Buffer => {
    const facts = [delivered.contentType ?? '', header('schema'), header('sim'), header('encoding')];
    const sealed = ['encryption', 'encryption-key', 'iv', 'signature-algorithm', 'signature-key'];
    const lines = sealed.map((name) => (names.includes(name) ? header(name) : ''));
    const text = ['firewatch-seal/1', `${delivered.site}/${delivered.topic}`, ...facts, ...lines].join('\n');
    return Buffer.from(`${text}\n`);
  };

  const algorithm = header('signature-algorithm');
  if (algorithm === '' && mustBeSigned) throw new Error('not signed');
  if (algorithm !== '') {
    const all = ['encryption', 'encryption-key', 'iv', 'signature-algorithm', 'signature-key'];
    const signed = Buffer.concat([context(...all), delivered.payload]);
    const signature = Buffer.from(header('signature'), 'base64');
    if (!isGenuine(algorithm, { key: key(header('signature-key')), signed, signature })) {
      throw new Error(`the ${algorithm} signature does not fit`);
    }
  }

  const encryption = header('encryption');
  const secret = (): Buffer => Buffer.from(key(header('encryption-key')), 'hex');
  const iv = Buffer.from(header('iv'), 'base64');
  const plain =
    encryption === ''
      ? delivered.payload
      : decrypt(encryption, {
          secret: secret(),
          iv,
          context: context('encryption', 'encryption-key'),
          payload: delivered.payload,
        });
  return (header('encoding') === 'zstd' ? zstdDecompressSync(plain) : plain).toString('utf8');
}

function isGenuine(
  algorithm: string,
  { key, signed, signature }: { readonly key: string; readonly signed: Buffer; readonly signature: Buffer },
): boolean {
  if (algorithm === 'HMAC-SM3' || algorithm === 'HMAC-SHA-256') {
    const digest = algorithm === 'HMAC-SM3' ? 'sm3' : 'sha256';
    const expected = createHmac(digest, Buffer.from(key, 'hex')).update(signed).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  if (algorithm === 'Ed25519') return verify(null, signed, key, signature);
  if (algorithm !== 'SM2') throw new Error(`unknown signature ${algorithm}`);
  // The last 65 bytes of a public key's DER are the point, uncompressed.
  const point = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-65).toString('hex');
  return sm2.doVerifySignature(signed, signature.toString('hex'), point, { hash: true, der: true });
}

interface Ciphertext {
  readonly secret: Buffer;
  readonly iv: Buffer;
  readonly context: Buffer;
  readonly payload: Buffer;
}

function decrypt(encryption: string, { secret, iv, context, payload }: Ciphertext): Buffer {
  if (encryption === 'SM4-CBC') {
    const decipher = createDecipheriv('sm4-cbc', secret, iv);
    return Buffer.concat([decipher.update(payload), decipher.final()]);
  }
  if (encryption !== 'SM4-GCM' && encryption !== 'AES-256-GCM') throw new Error(`unknown encryption ${encryption}`);
  const decipher = createDecipheriv(encryption.toLowerCase() as CipherGCMTypes, secret, iv);
  decipher.setAAD(context);
  decipher.setAuthTag(payload.subarray(-GCM_TAG_BYTES));
  return Buffer.concat([decipher.update(payload.subarray(0, -GCM_TAG_BYTES)), decipher.final()]);
}
