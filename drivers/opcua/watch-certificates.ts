import { crypto_utils } from 'node-opcua-client';
import type { Clock } from '#agent/model/clock.ts';
import { expiryWarning } from './certificate-expiry.ts';
import { cycle } from './cycle.ts';
import type { Sink } from './sink.ts';
import { describeCertificate, listCertificates } from './trust-store.ts';

const DAY_MS = 24 * 3600 * 1000;

export interface CertificateWatch {
  readonly serverCertificate: Buffer;
  readonly stateDir: string;
  readonly warnBeforeMs: number;
  readonly sink: Sink;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Warns now and once a day until the signal, as long as a certificate of this connection nears its end. */
export async function watchCertificates(watch: CertificateWatch): Promise<void> {
  const look = async (): Promise<void> => {
    const [leaf] = watch.serverCertificate.length > 0 ? crypto_utils.split_der(watch.serverCertificate) : [];
    const server = leaf && describeCertificate(leaf);
    const own = (await listCertificates(watch.stateDir)).find(({ standing }) => standing === 'own');
    for (const [whose, certificate] of [['server', server] as const, ['own', own] as const]) {
      const place = { whose, now: watch.clock.now(), warnBeforeMs: watch.warnBeforeMs };
      const warning = certificate && expiryWarning(certificate, place);
      if (warning) watch.sink.event(warning.kind, warning.text, warning.detail);
    }
  };
  await look();
  await cycle({ intervalMs: DAY_MS, clock: watch.clock, signal: watch.signal }, look);
}
