import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sm2Scalar } from '#agent/uplink/seal/key-text.ts';

/** With what a box signs its reports. */
export interface BoxKey {
  readonly algorithm: 'Ed25519' | 'SM2';
  /** PEM. */
  readonly secret: string;
  /** PEM, SPKI. */
  readonly open: string;
}

const NAME = 'box-key.pem';

/** The box's own Ed25519 key, which lies beside its journal; made at the first call. */
export function ownBoxKey(directory: string): BoxKey {
  const file = join(directory, NAME);
  if (!existsSync(file)) {
    mkdirSync(directory, { recursive: true });
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx', flush: true });
  }
  return readBoxKey(file);
}

/** @throws Error when the file holds neither an Ed25519 nor an SM2 private key in PEM */
export function readBoxKey(file: string): BoxKey {
  const secret = readFileSync(file, 'utf8');
  let key;
  try {
    key = createPrivateKey(secret);
  } catch (cause) {
    throw new Error(`read the key ${file}: it is no private key in PEM`, { cause });
  }
  const open = createPublicKey(key).export({ format: 'pem', type: 'spki' });
  if (key.asymmetricKeyType === 'ed25519') return { algorithm: 'Ed25519', secret, open };
  // Node has no name for SM2 keys.
  sm2Scalar(key, `sign with ${file}`);
  return { algorithm: 'SM2', secret, open };
}
