import { randomUUID } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { UserTokenType } from 'node-opcua-client';
import type { OPCUAClientOptions, UserIdentityInfo } from 'node-opcua-client';
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
  return {
    type: UserTokenType.Certificate,
    certificateData: derOf(user.certificate.reveal()),
    privateKey: user.key.reveal(),
  };
}

const derOf = (pem: string): Buffer => Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
