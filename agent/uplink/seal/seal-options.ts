import type { Revealed } from '../options.ts';

/** How messages to one receiver are protected beyond the transport. Encrypted first, then signed. */
export interface SealOptions {
  readonly encrypt?: EncryptOptions;
  readonly sign?: SignOptions;
}

/**
 * HMACs share one key with the receiver; SM2 and Ed25519 prove to anybody who sent it.
 * SM2 as GB/T 32918.2 with SM3 and the identity of GM/T 0009 (`1234567812345678`), DER encoded.
 */
export interface SignOptions {
  readonly algorithm: 'HMAC-SM3' | 'HMAC-SHA-256' | 'SM2' | 'Ed25519';
  /** Travels with each message, so that a receiver knows old and new keys apart while they are changed. */
  readonly keyId: string;
  /** HMAC: hexadecimal or base64, 16 bytes at least. SM2, Ed25519: the private key as PEM. */
  readonly key: Revealed;
}

/** SM4-CBC protects no integrity and is taken only together with `sign`. */
export interface EncryptOptions {
  readonly algorithm: 'SM4-GCM' | 'SM4-CBC' | 'AES-256-GCM';
  readonly keyId: string;
  /** Hexadecimal or base64: 16 bytes for SM4, 32 for AES-256. */
  readonly key: Revealed;
}

/** A seal that can't be made: a key of the wrong kind or length. Says which, never the key. */
export class SealError extends Error {
  override readonly name = 'SealError';
}
