import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Writes the 64 bytes of an Ed25519 signature (RFC 8032) of a file beside it, as `<file>.sig`. Anybody checks it with
 * `openssl pkeyutl -verify -pubin -inkey KEY -rawin -in FILE -sigfile FILE.sig`.
 *
 * @throws Error when the key is of another kind
 */
export function signFile(file: string, keyFile: string): void {
  const key = createPrivateKey(readFileSync(keyFile));
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`sign with ${keyFile}: an Ed25519 key is needed; openssl genpkey -algorithm ed25519 makes one`);
  writeFileSync(`${file}.sig`, sign(null, readFileSync(file), key));
}
