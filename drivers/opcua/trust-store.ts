import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, readdir, rename } from 'node:fs/promises';
import path from 'node:path';

/** Where a source keeps its certificates: our own, and those of servers, accepted or not. */
const folders = {
  own: 'own/certs',
  trusted: 'trusted/certs',
  rejected: 'rejected',
} as const;

type Standing = keyof typeof folders;

/** A certificate in a source's store. */
export interface StoredCertificate {
  readonly standing: Standing;
  /** SHA-256, lower-case hex. */
  readonly fingerprint: string;
  /** SHA-1, upper-case hex: the thumbprint that servers and UaExpert show. */
  readonly thumbprint: string;
  readonly subject: string;
  /** From the subject's alternative names; empty when it has none. */
  readonly applicationUri: string;
  /** UTC ms. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly file: string;
}

export const pkiFolder = (stateDir: string): string => path.join(stateDir, 'pki');

/** Every certificate of a source's store; what cannot be read as a certificate is left out. */
export async function listCertificates(stateDir: string): Promise<StoredCertificate[]> {
  const found: StoredCertificate[] = [];
  for (const standing of Object.keys(folders) as Standing[]) {
    const folder = path.join(pkiFolder(stateDir), folders[standing]);
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((name) => /\.(pem|der|crt|cer)$/i.test(name)).sort()) {
      const certificate = await readCertificate(path.join(folder, name));
      if (certificate) found.push({ standing, ...certificate });
    }
  }
  return found;
}

/**
 * Moves a rejected certificate to the trusted ones. Takes a fingerprint or thumbprint, whole or its beginning (at least
 * 8 digits, as long as only one fits). One that is trusted already is returned as it is.
 *
 * @throws Error that says what is there instead
 */
export async function trustCertificate(stateDir: string, print: string): Promise<StoredCertificate> {
  const wanted = print.replaceAll(/[\s:]/g, '').toLowerCase();
  const isWanted = ({ fingerprint, thumbprint }: StoredCertificate): boolean =>
    fingerprint.startsWith(wanted) || thumbprint.toLowerCase().startsWith(wanted);
  const stored = await listCertificates(stateDir);
  const rejected = stored.filter(({ standing }) => standing === 'rejected');
  const fitting = rejected.filter(isWanted);
  const [certificate] = fitting;
  const already = stored.find((each) => each.standing === 'trusted' && isWanted(each));
  if (wanted.length >= 8 && !certificate && already) return already;
  if (wanted.length < 8 || !certificate || fitting.length > 1) {
    const known = rejected.map(({ thumbprint, subject }) => `${thumbprint} (${subject})`).join(', ');
    throw new Error(
      `${fitting.length > 1 ? 'more than one' : 'no'} rejected certificate has the thumbprint ${print}; ` +
        (known
          ? `rejected are: ${known}`
          : 'none has been rejected yet: run the agent once, so that it sees the server'),
    );
  }
  const folder = path.join(pkiFolder(stateDir), folders.trusted);
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, path.basename(certificate.file));
  await rename(certificate.file, file);
  return { ...certificate, standing: 'trusted', file };
}

/** What there is to say of a certificate (DER or PEM); undefined when it is none. */
export function describeCertificate(bytes: Buffer): Omit<StoredCertificate, 'standing' | 'file'> | undefined {
  try {
    const certificate = new X509Certificate(bytes);
    return {
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      thumbprint: certificate.fingerprint.replaceAll(':', ''),
      subject: certificate.subject.replaceAll('\n', ', '),
      applicationUri: /URI:([^,]+)/.exec(certificate.subjectAltName ?? '')?.[1]?.trim() ?? '',
      validFrom: Date.parse(certificate.validFrom),
      validTo: Date.parse(certificate.validTo),
    };
  } catch {
    return undefined;
  }
}

async function readCertificate(file: string): Promise<Omit<StoredCertificate, 'standing'> | undefined> {
  // A file may be moved by a person in just this moment.
  const bytes = await readFile(file).catch(() => undefined);
  const described = bytes && describeCertificate(bytes);
  return described && { ...described, file };
}
