import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fingerprintOfKey, isGenuine, readSignature, splitSignature } from './signature.ts';
import type { Signature } from './signature.ts';

export interface Verified {
  readonly ok: boolean;
  /** One sentence. */
  readonly text: string;
  readonly fingerprint?: string;
}

/**
 * Whether a report is as it was signed. Without `keyFile` that proves that nobody changed it who has not the key named by
 * its fingerprint; whose key that is, the person compares.
 */
export function verifyReport(file: string, keyFile?: string): Verified {
  const found = signedParts(file);
  if (!found)
    return { ok: false, text: `${file}: no signature; it is not a report of firewatch accept, or was cut off` };
  const { bytes, signature } = found;
  if (!isGenuine(bytes, signature))
    return { ok: false, text: `${file}: CHANGED since it was signed, or its signature was` };
  const fingerprint = fingerprintOfKey(signature.publicKey);
  if (keyFile !== undefined && !isSameKey(readFileSync(keyFile, 'utf8'), signature.publicKey))
    return { ok: false, text: `${file}: signed by another key than ${keyFile}: ${fingerprint}`, fingerprint };
  const whose = keyFile === undefined ? '; compare this fingerprint with the one that the box shows' : '';
  return {
    ok: true,
    text: `${file}: unchanged since it was signed with ${signature.algorithm} key ${fingerprint}${whose}`,
    fingerprint,
  };
}

function signedParts(file: string): { readonly bytes: Buffer; readonly signature: Signature } | undefined {
  const bytes = readFileSync(file);
  if (existsSync(`${file}.sig`)) {
    const signature = readSignature(readFileSync(`${file}.sig`, 'utf8'));
    return signature && { bytes, signature };
  }
  const split = splitSignature(bytes.toString('utf8'));
  return split && { bytes: Buffer.from(split.text), signature: split.signature };
}

/** Not by KeyObject.equals: between keys of two kinds it leaves an error behind that the next use of OpenSSL reports. */
const isSameKey = (one: string, other: string): boolean => derOf(one).equals(derOf(other));

const derOf = (pem: string): Buffer => createPublicKey(pem).export({ format: 'der', type: 'spki' });
