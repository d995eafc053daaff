import { X509Certificate, createPrivateKey, webcrypto } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';

/** PEM of both. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;
const VALID_DAYS = 730;
/** Made anew when no more is left, so that who compares its fingerprint has time to note the next. */
const RENEW_DAYS = 30;
/** A box whose clock was not set yet must not make one that is over when it is. */
const EARLIEST_START = Date.UTC(2024, 0, 1);
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};

/**
 * The certificate that the box made for itself and keeps in the directory, the key readable by its owner alone. People
 * know it by its fingerprint; it is made anew where it is absent, can not be read, or is over soon.
 */
export async function ownCertificate(directory: string, now: number): Promise<Certificate> {
  const file = join(directory, 'page-certificate.pem');
  const kept = read(file);
  if (kept && isGood(kept, now)) return kept;
  const made = await make(now);
  mkdirSync(directory, { recursive: true });
  // One file, and renamed: a certificate without its key is of no use to anybody.
  writeFileSync(`${file}.new`, made.key + made.certificate, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return made;
}

/** As browsers show it: SHA-256, hexadecimal with colons. */
export const fingerprintOf = ({ certificate }: Pick<Certificate, 'certificate'>): string =>
  new X509Certificate(certificate).fingerprint256;

/** UTC ms at which it is over. */
export const endOf = ({ certificate }: Pick<Certificate, 'certificate'>): number =>
  Date.parse(new X509Certificate(certificate).validTo);

function read(file: string): Certificate | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    const [key] = /-----BEGIN PRIVATE KEY-----[^]*?-----END PRIVATE KEY-----\n/.exec(text) ?? [];
    const [certificate] = /-----BEGIN CERTIFICATE-----[^]*?-----END CERTIFICATE-----\n/.exec(text) ?? [];
    return key !== undefined && certificate !== undefined ? { certificate, key } : undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isGood({ certificate, key }: Certificate, now: number): boolean {
  try {
    const isPair = new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
    return isPair && endOf({ certificate }) - now > RENEW_DAYS * DAY_MS;
  } catch {
    return false;
  }
}

async function make(now: number): Promise<Certificate> {
  const { CertificatePurpose, createSelfSignedCertificate } = await import('node-opcua-crypto');
  const { privateKey } = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
  const start = Math.max(now, EARLIEST_START) - DAY_MS;
  const { cert } = await createSelfSignedCertificate({
    privateKey,
    purpose: CertificatePurpose.ForApplication,
    subject: `/CN=Firewatch ${hostname()}`,
    dns: [...new Set([hostname(), 'localhost'])],
    ip: addressesOfBox(),
    notBefore: new Date(start),
    notAfter: new Date(start + VALID_DAYS * DAY_MS),
  });
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey));
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({ format: 'pem', type: 'pkcs8' });
  return { certificate: cert, key };
}

const addressesOfBox = (): string[] => [
  ...new Set(
    Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ scopeid }) => !scopeid)
      .map(({ address }) => address),
  ),
];
