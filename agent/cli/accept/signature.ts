import { createHash, createPublicKey, verify as verifyNatively } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';
import { z } from 'zod';
import { makeSign } from '#agent/uplink/seal/sign.ts';
import type { BoxKey } from './box-key.ts';

const schema = z.object({
  algorithm: z.enum(['Ed25519', 'SM2']),
  /** PEM, SPKI. */
  publicKey: z.string(),
  /** Base64. SM2: DER, with SM3 and the identity of GM/T 0009. */
  signature: z.string(),
});

export type Signature = z.infer<typeof schema>;

export function signBytes(bytes: Buffer, { algorithm, secret, open }: BoxKey): Signature {
  const signature = makeSign({ algorithm, key: { reveal: () => secret } })([bytes]).toString('base64');
  return { algorithm, publicKey: open, signature };
}

export function isGenuine(bytes: Buffer, { algorithm, publicKey, signature }: Signature): boolean {
  try {
    const key = createPublicKey(publicKey);
    const signed = Buffer.from(signature, 'base64');
    if (algorithm === 'Ed25519') return verifyNatively(null, bytes, key, signed);
    // The last 65 bytes of a public key's DER are the point, uncompressed.
    const point = key.export({ format: 'der', type: 'spki' }).subarray(-65).toString('hex');
    return sm2.doVerifySignature(bytes, signed.toString('hex'), point, { hash: true, der: true });
  } catch {
    return false;
  }
}

/** By which people tell keys apart: SHA-256 of the public key's DER, in groups of four. */
export function fingerprintOfKey(publicKey: string): string {
  const der = createPublicKey(publicKey).export({ format: 'der', type: 'spki' });
  const hex = createHash('sha256').update(der).digest('hex').slice(0, 32).toUpperCase();
  return hex.replaceAll(/(.{4})(?=.)/g, '$1-');
}

const MARK = '<!-- firewatch-signature ';
const END = ' -->\n';

/** The document with its signature behind it, as a comment that no reader shows. */
export function withSignature(text: string, key: BoxKey): string {
  const signature = signBytes(Buffer.from(text), key);
  return `${text}${MARK}${Buffer.from(JSON.stringify(signature)).toString('base64')}${END}`;
}

/** Undefined where the document bears no signature that can be read. */
export function splitSignature(text: string): { readonly text: string; readonly signature: Signature } | undefined {
  const at = text.lastIndexOf(MARK);
  if (at < 0 || !text.endsWith(END)) return undefined;
  const signature = readSignature(Buffer.from(text.slice(at + MARK.length, -END.length), 'base64').toString('utf8'));
  return signature && { text: text.slice(0, at), signature };
}

export function readSignature(text: string): Signature | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
