import { crypto_utils } from 'node-opcua-client';
import type { Clock } from '#agent/model/clock.ts';
import { GOOD, bad } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { DriverPoint, Signal } from '#drivers/driver.ts';
import type { OpcuaAddress } from './address.ts';
import { certificateRoleOf, certificateRoles } from './certificate-address.ts';
import type { CertificateRole } from './certificate-address.ts';
import { daysLeft, expiryWarning } from './certificate-expiry.ts';
import { cycle } from './cycle.ts';
import type { OpcuaOptions } from './schema.ts';
import type { Sink } from './sink.ts';
import { describeCertificate, listCertificates } from './trust-store.ts';

const HOUR_MS = 3600 * 1000;
const DAY_MS = 24 * HOUR_MS;

export interface CertificateWatch {
  readonly options: Pick<OpcuaOptions, 'security' | 'user'>;
  /** DER; empty where there is none. */
  readonly serverCertificate: Buffer;
  readonly stateDir: string;
  /** Points `certificate=…`. */
  readonly points: readonly DriverPoint<OpcuaAddress>[];
  /** When each thumbprint was warned of last, UTC ms. Outlives the connection: a flapping link is no reason to repeat. */
  readonly warned: Map<string, number>;
  readonly sink: Sink;
  readonly emit: (signal: Signal) => void;
  /** Of every sample. */
  readonly flags: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Tells now and once an hour how many days each certificate has left, and warns once a day of those near their end. */
export async function watchCertificates(watch: CertificateWatch): Promise<void> {
  const { points, warned, sink, emit, flags, clock, signal } = watch;
  const look = async (): Promise<void> => {
    const now = clock.now();
    const certificates = await certificatesOf(watch);
    // What is told when the connection is over is heard by nobody, and would count as told.
    if (signal.aborted) return;
    for (const whose of certificateRoles) {
      const certificate = certificates[whose];
      if (!certificate) continue;
      const warnBeforeMs = watch.options.security.warnBeforeExpiry;
      const warning = expiryWarning(certificate, { whose, now, warnBeforeMs });
      if (!warning || now - (warned.get(certificate.thumbprint) ?? -Infinity) < DAY_MS) continue;
      warned.set(certificate.thumbprint, now);
      sink.event(warning.kind, warning.text, warning.detail);
    }
    const samples = points.map(({ id, address }): Sample => {
      const role = certificateRoleOf(address);
      const certificate = role && certificates[role];
      const place = { point: id, sourceTime: now, receiveTime: now, flags };
      return certificate
        ? { ...place, value: daysLeft(certificate, now), quality: GOOD }
        : { ...place, value: null, quality: bad('decode') };
    });
    if (samples.length > 0) emit({ type: 'samples', samples });
  };
  await look();
  await cycle({ intervalMs: HOUR_MS, clock, signal }, look);
}

/** Those that this connection uses, as far as they can be read. */
async function certificatesOf({ options, serverCertificate, stateDir }: CertificateWatch) {
  const isSecured = options.security.mode !== 'None';
  const { user } = options;
  const [leaf] = isSecured && serverCertificate.length > 0 ? crypto_utils.split_der(serverCertificate) : [];
  const stored = isSecured ? await listCertificates(stateDir) : [];
  return {
    server: leaf && describeCertificate(leaf),
    own: stored.find(({ standing }) => standing === 'own'),
    user: user && 'certificate' in user ? describeCertificate(Buffer.from(user.certificate.reveal())) : undefined,
  } satisfies Record<CertificateRole, unknown>;
}
