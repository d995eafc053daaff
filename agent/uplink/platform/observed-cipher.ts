import { createCipheriv } from 'node:crypto';

/**
 * AES-128-CBC with the key as its own initialisation vector, as public integrations have been seen to do it. Equal
 * beginnings make equal bytes, and nothing protects against changes: it stands in for no TLS and is taken only over it.
 */
export function observedCipher(text: string, key: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-cbc', key, key);
  return Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
}
