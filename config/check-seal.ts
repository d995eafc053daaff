import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Reading } from './check-entry.ts';
import type { Fault } from './fault.ts';
import type { Entry } from './place.ts';
import type { SealText } from './seal-schema.ts';
import type { Secret } from './site.ts';

/** A key that does not fit would stop its receiver only once the site runs. It is told here, without showing the key. */
export function checkSeal(seal: SealText, entry: Entry, { findings }: Reading): void {
  for (const use of ['encrypt', 'sign'] as const) {
    const part = seal[use];
    if (part === undefined) continue;
    const fault = keyFault(part.algorithm, part.key);
    if (fault) findings.errorAt(entry, ['seal', use, 'key'], fault);
    if (part.next === undefined) continue;
    const nextFault = keyFault(part.algorithm, part.next.key);
    if (nextFault) findings.errorAt(entry, ['seal', use, 'next', 'key'], nextFault);
    if (part.next.keyId === part.keyId)
      findings.errorAt(entry, ['seal', use, 'next', 'keyId'], {
        what: `the next key has the id of the key before it, "${part.keyId}"`,
        why: 'a receiver tells them apart by their ids',
        todo: 'give it another id',
      });
  }
}

type Algorithm = NonNullable<SealText['encrypt'] | SealText['sign']>['algorithm'];

/** Length of a shared key by algorithm, in bytes. */
const sharedKeyBytes = {
  'SM4-GCM': { min: 16, max: 16 },
  'SM4-CBC': { min: 16, max: 16 },
  'AES-256-GCM': { min: 32, max: 32 },
  'HMAC-SM3': { min: 16, max: 4096 },
  'HMAC-SHA-256': { min: 16, max: 4096 },
} as const;

function keyFault(algorithm: Algorithm, key: Secret): Fault | undefined {
  if (algorithm === 'SM2')
    return privateKeyFault(key, {
      kind: 'of the curve SM2',
      make: 'openssl ecparam -genkey -name SM2 -noout',
      fits: isOfCurveSm2,
    });
  if (algorithm === 'Ed25519')
    return privateKeyFault(key, {
      kind: 'of kind Ed25519',
      make: 'openssl genpkey -algorithm ed25519',
      fits: ({ asymmetricKeyType }) => asymmetricKeyType === 'ed25519',
    });
  return sharedKeyFault(algorithm, key);
}

function sharedKeyFault(algorithm: keyof typeof sharedKeyBytes, key: Secret): Fault | undefined {
  const { min, max } = sharedKeyBytes[algorithm];
  const wanted = min === max ? `${min} bytes` : `${min} bytes or more`;
  const why = `${algorithm} needs ${wanted}, as hexadecimal or base64`;
  const todo = `make one with: openssl rand -hex ${min}`;
  const bytes = bytesOf(key.reveal().trim());
  if (bytes === undefined) return { what: `${key.reference} leads to neither hexadecimal nor base64`, why, todo };
  if (bytes < min || bytes > max) return { what: `${key.reference} leads to a key of ${bytes} bytes`, why, todo };
  return undefined;
}

function bytesOf(text: string): number | undefined {
  if (/^([0-9a-f]{2})+$/i.test(text)) return text.length / 2;
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64').length : undefined;
}

interface Wanted {
  readonly kind: string;
  /** Command that makes one. */
  readonly make: string;
  readonly fits: (key: KeyObject) => boolean;
}

function privateKeyFault(secret: Secret, { kind, make, fits }: Wanted): Fault | undefined {
  const todo = `refer to a key file, made with: ${make}`;
  let key: KeyObject;
  try {
    key = createPrivateKey(secret.reveal());
  } catch {
    return {
      what: `${secret.reference} leads to no private key`,
      why: 'expected PEM text with "BEGIN PRIVATE KEY", without a passphrase',
      todo,
    };
  }
  if (fits(key)) return undefined;
  return { what: `${secret.reference} leads to a private key of another kind`, why: `expected one ${kind}`, todo };
}

/** 1.2.156.10197.1.301, the curve of GB/T 32918.5, as DER; node tells the name of no curve that it does not know. */
const SM2_CURVE = Buffer.from('06082a811ccf5501822d', 'hex');

const isOfCurveSm2 = (key: KeyObject): boolean =>
  key.asymmetricKeyType !== 'ed25519' && key.export({ format: 'der', type: 'pkcs8' }).includes(SM2_CURVE);
