import type { SiteEvent } from '#agent/model/event.ts';
import type { StoredCertificate } from './trust-store.ts';

const DAY_MS = 24 * 3600 * 1000;

type Dated = Pick<StoredCertificate, 'subject' | 'thumbprint' | 'validTo'>;

/** What to tell of a certificate whose end is near or past; undefined while it is far. */
export function expiryWarning(
  certificate: Dated,
  {
    whose,
    now,
    warnBeforeMs,
  }: { readonly whose: 'server' | 'own'; readonly now: number; readonly warnBeforeMs: number },
): Pick<SiteEvent, 'kind' | 'text' | 'detail'> | undefined {
  const leftMs = certificate.validTo - now;
  if (leftMs > warnBeforeMs) return undefined;
  const subject = `${whose === 'own' ? "This agent's" : "The server's"} certificate ${certificate.thumbprint} (${certificate.subject})`;
  const days = Math.floor(leftMs / DAY_MS);
  const until = new Date(certificate.validTo).toISOString();
  return {
    kind: 'opcua.certificate-expires',
    text: leftMs < 0 ? `${subject} expired on ${until}` : `${subject} expires in ${days} days, on ${until}`,
    detail: { whose, thumbprint: certificate.thumbprint, validTo: certificate.validTo, days },
  };
}
