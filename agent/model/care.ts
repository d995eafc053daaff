import type { Revealed, SignOptions } from './receiver.ts';

/** What a receiver may ask of the site. None of it changes the plant, an alarm or what is on record. */
export const careRequests = ['resend', 'snapshot', 'diagnostics'] as const;

export type CareRequest = (typeof careRequests)[number];

/** Remote care: requests that a receiver may make, each signed by it. */
export interface CareOptions {
  readonly allow: readonly CareRequest[];
  /** How its requests are signed. HMAC: the shared key as hexadecimal or base64; SM2, Ed25519: its public key as PEM. */
  readonly verify: { readonly algorithm: SignOptions['algorithm']; readonly keyId: string; readonly key: Revealed };
  /** Requests answered in an hour, at most. */
  readonly perHour: number;
  /** Over HTTPS, where nobody can call the site: how often the platform is asked for requests. Milliseconds. */
  readonly everyMs: number;
}
