import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Clock } from '#agent/model/clock.ts';
import type { GivenTls } from '#agent/model/page.ts';
import { endOf, fingerprintOf, ownCertificate } from '#agent/web/own-certificate.ts';
import type { Certificate } from '#agent/web/own-certificate.ts';

export interface CertificateParts {
  readonly tls: 'own' | GivenTls;
  /** Where the box keeps its own. */
  readonly directory: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

const DAY_MS = 86_400_000;
const WARN_DAYS = 30;

/** By what the page is served: files are read again, and the box's own is renewed, without a restart. */
export async function pageCertificate({ tls, directory, clock, logger }: CertificateParts): Promise<Certificate> {
  const certificate =
    tls === 'own'
      ? await ownCertificate(directory, clock.now())
      : { certificate: readFileSync(tls.certificate, 'utf8'), key: tls.key.reveal() };
  const fingerprint = fingerprintOf(certificate);
  const days = Math.floor((endOf(certificate) - clock.now()) / DAY_MS);
  if (days < WARN_DAYS)
    logger.warn({ fingerprint, days }, `the page's certificate is over in ${days} days; put a new one in its place`);
  return certificate;
}

/** Looks each day whether there is another; `use` gets it. Stops when the answer is called. */
export function renewDaily(
  parts: CertificateParts,
  first: Certificate,
  use: (certificate: Certificate) => void,
): () => void {
  let used = first.certificate;
  const look = async (): Promise<void> => {
    const { logger } = parts;
    try {
      const next = await pageCertificate(parts);
      if (next.certificate === used) return;
      use(next);
      used = next.certificate;
      logger.info(`the page has a new certificate, SHA-256 fingerprint ${fingerprintOf(next)}`);
    } catch (error) {
      logger.error({ err: error }, "the page's certificate can not be renewed; the present one stays");
    }
  };
  const timer = setInterval(() => void look(), DAY_MS).unref();
  return () => clearInterval(timer);
}
