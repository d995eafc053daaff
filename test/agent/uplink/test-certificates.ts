import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM texts of an authority, a broker for 127.0.0.1, an expired broker and a client, made by openssl. */
export interface TestCertificates {
  readonly ca: string;
  readonly broker: KeyPair;
  readonly expiredBroker: KeyPair;
  readonly client: KeyPair;
}

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export function makeCertificates(): TestCertificates {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-certificates-'));
  const file = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    openssl(
      'req',
      '-x509',
      ...ec,
      '-keyout',
      file('ca.key'),
      '-out',
      file('ca.pem'),
      '-subj',
      '/CN=Test CA',
      '-days',
      '2',
    );
    const issue = (name: string, validity: readonly string[]): KeyPair => {
      openssl(
        'req',
        ...ec,
        '-keyout',
        file(`${name}.key`),
        '-out',
        file(`${name}.csr`),
        '-subj',
        `/CN=${name}`,
        '-addext',
        'subjectAltName=IP:127.0.0.1,DNS:broker.test',
      );
      openssl(
        'x509',
        '-req',
        '-in',
        file(`${name}.csr`),
        '-CA',
        file('ca.pem'),
        '-CAkey',
        file('ca.key'),
        '-CAcreateserial',
        '-copy_extensions',
        'copy',
        '-out',
        file(`${name}.pem`),
        ...validity,
      );
      return { cert: readFileSync(file(`${name}.pem`), 'utf8'), key: readFileSync(file(`${name}.key`), 'utf8') };
    };
    const valid = ['-days', '1'];
    return {
      ca: readFileSync(file('ca.pem'), 'utf8'),
      broker: issue('broker', valid),
      expiredBroker: issue('expired', ['-days', '-1']),
      client: issue('client', valid),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
