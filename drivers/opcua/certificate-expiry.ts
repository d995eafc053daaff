import type { SiteEvent } from '#agent/model/event.ts';
import type { CertificateRole } from './certificate-address.ts';
import type { StoredCertificate } from './trust-store.ts';

const DAY_MS = 24 * 3600 * 1000;

type Dated = Pick<StoredCertificate, 'subject' | 'thumbprint' | 'validTo'>;

const owner: Readonly<Record<CertificateRole, string>> = {
  server: "The server's",
  own: "This agent's",
  user: "The user's",
};

/** Until its end; negative behind it. To the hundredth. */
export const daysLeft = ({ validTo }: Dated, now: number): number => Math.floor(((validTo - now) / DAY_MS) * 100) / 100;

/** What to tell of a certificate whose end is near or past; undefined while it is far. */
export function expiryWarning(
  certificate: Dated,
  {
    whose,
    now,
    warnBeforeMs,
  }: { readonly whose: CertificateRole; readonly now: number; readonly warnBeforeMs: number },
): Pick<SiteEvent, 'kind' | 'text' | 'detail'> | undefined {
  const leftMs = certificate.validTo - now;
  if (leftMs > warnBeforeMs) return undefined;
  const subject = `${owner[whose]} certificate ${certificate.thumbprint} (${certificate.subject})`;
  const days = Math.floor(leftMs / DAY_MS);
  const until = new Date(certificate.validTo).toISOString();
  return {
    kind: 'opcua.certificate-expires',
    text: leftMs < 0 ? `${subject} expired on ${until}` : `${subject} expires in ${days} days, on ${until}`,
    detail: { whose, thumbprint: certificate.thumbprint, validTo: certificate.validTo, days },
  };
}
