import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { crypto_utils } from 'node-opcua-client';
import { SourceError } from '#drivers/driver.ts';
import type { SecurityOptions } from './security-schema.ts';
import { describeCertificate, pkiFolder } from './trust-store.ts';
import type { StoredCertificate } from './trust-store.ts';

/** Minutes rather than seconds: trusting a certificate is a person's work. */
const RETRY_AFTER_MS = 30_000;

export const createCertificateManager = (stateDir: string, trustUnknown: boolean): OPCUACertificateManager =>
  new OPCUACertificateManager({
    rootFolder: pkiFolder(stateDir),
    automaticallyAcceptUnknownCertificate: trustUnknown,
    disableFileWatchers: true,
  });

/** What a person does in order to trust a certificate: one clause, `run: firewatch trust …`. */
export type HowToTrust = (thumbprint: string, fingerprint: string) => string;

export interface CertificatePlace {
  readonly endpoint: string;
  readonly stateDir: string;
  readonly security: SecurityOptions;
  readonly howToTrust: HowToTrust;
  /** UTC ms. */
  readonly now: number;
}

/**
 * Decides whether the server's certificate is good enough to talk to it: the pinned one, or one in the trust store. A
 * certificate that is not goes to the rejected ones, from where a person may move it.
 *
 * @throws SourceError that says which side rejected, with the thumbprint and the next step
 */
export async function verifyServerCertificate(chain: Buffer, place: CertificatePlace): Promise<void> {
  const { security, endpoint } = place;
  const [leaf] = crypto_utils.split_der(chain);
  const certificate = leaf && describeCertificate(leaf);
  if (!certificate) throw new SourceError(`${endpoint}: the server sent no readable certificate`);
  const pinned = security.serverFingerprint;
  if (pinned !== undefined) {
    if (pinned === certificate.fingerprint || pinned === certificate.thumbprint.toLowerCase()) return;
    throw new SourceError(
      `${endpoint}: this agent rejected the server: its certificate (${certificate.subject}) has the fingerprint ` +
        `${certificate.fingerprint}, configured is ${pinned}; if the server's certificate was renewed on purpose, ` +
        'write the new fingerprint in security.serverFingerprint',
      { retryAfterMs: RETRY_AFTER_MS },
    );
  }
  const manager = createCertificateManager(place.stateDir, security.trustUnknown);
  await manager.initialize();
  try {
    const status = await manager.checkCertificate(chain);
    if (status.isGoodish()) return;
    throw new SourceError(
      `${endpoint}: this agent rejected the server's certificate (${status.name}): ${certificate.subject}, ` +
        `thumbprint ${certificate.thumbprint}, valid to ${dateOf(certificate.validTo)}; ` +
        nextStep(certificate, status.name, place),
      { retryAfterMs: RETRY_AFTER_MS },
    );
  } finally {
    await manager.dispose();
  }
}

/** Only what is merely unknown can be trusted by a command; for the rest that command would be tried in vain. */
function nextStep(
  { fingerprint, thumbprint, validFrom, validTo }: Omit<StoredCertificate, 'standing' | 'file'>,
  status: string,
  { now, howToTrust }: CertificatePlace,
): string {
  const pin = `to accept this very certificate all the same, set security.serverFingerprint: ${fingerprint}`;
  if (validTo < now) return `it expired on ${dateOf(validTo)}: have it renewed on the server; ${pin}`;
  if (validFrom > now)
    return `it is valid from ${dateOf(validFrom)} on, and here it is ${dateOf(now)}: check both clocks; ${pin}`;
  if (status === 'BadCertificateUntrusted')
    return `compare the thumbprint with the one shown on the server and ${howToTrust(thumbprint, fingerprint)}`;
  return `compare the thumbprint with the one shown on the server; ${pin}`;
}

const dateOf = (time: number): string => new Date(time).toISOString();
