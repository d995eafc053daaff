import { createPublicKey } from 'node:crypto';
import type { z } from 'zod';
import type { careSchema } from './care-schema.ts';
import type { Reading } from './check-entry.ts';
import type { Entry } from './place.ts';

const waysBack: ReadonlySet<string> = new Set(['mqtt', 'nats', 'https']);

/** A key that does not fit would stop the receiver only once the site runs; not every transport has a way back. */
export function checkCare(
  { verify }: z.output<typeof careSchema>,
  transport: string,
  entry: Entry,
  { findings }: Reading,
): void {
  if (!waysBack.has(transport))
    findings.errorAt(
      entry,
      ['care'],
      {
        what: `care over ${transport}`,
        why: 'requests come over MQTT, NATS and HTTPS; no other transport has a way back',
        todo: 'use transport kind mqtt, nats or https, or delete care',
      },
      'key',
    );
  const { key, algorithm } = verify;
  const isShared = algorithm === 'HMAC-SM3' || algorithm === 'HMAC-SHA-256';
  if (isShared ? bytesOf(key.reveal().trim()) >= 16 : isPublicKey(key.reveal())) return;
  findings.errorAt(entry, ['care', 'verify', 'key'], {
    what: `${key.reference} leads to no key for ${algorithm}`,
    why: isShared ? 'expected 16 bytes or more, as hexadecimal or base64' : 'expected a public key in PEM',
    todo: isShared ? 'make one with: openssl rand -hex 32' : 'ask the receiver for its public key',
  });
}

const bytesOf = (text: string): number =>
  /^([0-9a-f]{2})+$/i.test(text) ? text.length / 2 : Buffer.from(text, 'base64').length;

function isPublicKey(pem: string): boolean {
  try {
    return pem.includes('PUBLIC KEY') && createPublicKey(pem).type === 'public';
  } catch {
    return false;
  }
}
