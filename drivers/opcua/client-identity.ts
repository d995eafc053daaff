import { X509Certificate, createPrivateKey, randomUUID } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { UserTokenType } from 'node-opcua-client';
import type { OPCUAClientOptions, UserIdentityInfo } from 'node-opcua-client';
import { SourceError } from '#drivers/driver.ts';
import type { ConnectionPlace } from './connection.ts';
import type { UserOptions } from './security-schema.ts';
import { createCertificateManager } from './server-certificate.ts';
import { pkiFolder } from './trust-store.ts';

const DAY_MS = 24 * 3600 * 1000;
const YEARS = 10;

/** A box without a clock battery may believe in 1970 at its first start. No certificate begins before. */
const EARLIEST_START = Date.UTC(2025, 0, 1);

/**
 * Who we are to servers. URI and certificate are made once and kept, because servers know us by both; renaming the box
 * changes neither.
 */
export async function applicationIdentity(
  { stateDir, source, clock }: ConnectionPlace['context'],
  trustUnknown: boolean,
): Promise<
  Pick<OPCUAClientOptions, 'applicationUri' | 'clientCertificateManager' | 'certificateFile' | 'privateKeyFile'>
> {
  const uri = await applicationUri(stateDir, source);
  const clientCertificateManager = createCertificateManager(stateDir, trustUnknown);
  await clientCertificateManager.initialize();
  const certificateFile = path.join(pkiFolder(stateDir), 'own', 'certs', 'client_certificate.pem');
  if (!(await isThere(certificateFile))) {
    await clientCertificateManager.createSelfSignedCertificate({
      applicationUri: uri,
      dns: [hostname()],
      outputFile: certificateFile,
      subject: `/CN=Firewatch ${source}`,
      // A day early, for servers whose clock is behind.
      startDate: new Date(Math.max(clock.now(), EARLIEST_START) - DAY_MS),
      validity: YEARS * 365,
    });
  }
  const { privateKey: privateKeyFile } = clientCertificateManager;
  return { applicationUri: uri, clientCertificateManager, certificateFile, privateKeyFile };
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

async function applicationUri(stateDir: string, source: string): Promise<string> {
  const file = path.join(stateDir, 'application-uri');
  try {
    await writeFile(file, `urn:firewatch:${source}:${randomUUID()}\n`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}

/** Secrets are revealed here, at the last moment. */
export function identityOf(user: UserOptions | undefined): UserIdentityInfo {
  if (!user) return { type: UserTokenType.Anonymous };
  if ('name' in user) return { type: UserTokenType.UserName, userName: user.name, password: user.password.reveal() };
  const certificate = user.certificate.reveal();
  const privateKey = user.key.reveal();
  checkPair(certificate, privateKey);
  return { type: UserTokenType.Certificate, certificateData: derOf(certificate), privateKey };
}

/** Checked here, because the library's words would name neither file. */
function checkPair(certificate: string, privateKey: string): void {
  const fault = (what: string, cause?: unknown): SourceError =>
    new SourceError(`the X.509 user certificate cannot be used: ${what}`, { cause, retryAfterMs: 30_000 });
  let x509: X509Certificate;
  try {
    x509 = new X509Certificate(certificate);
  } catch (error) {
    throw fault('what user.certificate refers to is no certificate in PEM form', error);
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(privateKey);
  } catch (error) {
    throw fault('what user.key refers to is no private key in PEM form without a passphrase', error);
  }
  if (!x509.checkPrivateKey(key)) throw fault('user.key is not the key of user.certificate');
}

const derOf = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
