import type { Revealed } from './receiver.ts';

/** How the local page and its API are served. */
export interface PageOptions {
  /** Address to listen on. `127.0.0.1`: from this box alone. */
  readonly host: string;
  /** 0: any free port; the log says which. */
  readonly port: number;
  /** Nobody can change anything here, whatever their role. */
  readonly isReadOnly: boolean;
  /** What may be seen without signing in; absent: nothing. */
  readonly anonymous?: 'viewer';
  /** `own`: by a certificate that the box makes for itself. */
  readonly tls?: 'own' | GivenTls;
  /** Absent: accounts of the box alone. */
  readonly oidc?: OidcOptions;
}

/** Who else than the box itself says who somebody is: a provider of OpenID Connect. */
export interface OidcOptions {
  /** Its address, as its tokens name it. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: a public client. */
  readonly clientSecret?: Revealed;
  /** Where people reach the page, without a slash at its end: the provider sends them back there. */
  readonly pageUrl: string;
  /** What people know it by. */
  readonly label: string;
  /** What is asked for; holds `openid`. */
  readonly scope: string;
  /** Claim that holds the groups of a person. */
  readonly claim: string;
  /** Groups that have a role; the highest counts. */
  readonly roles: Readonly<Partial<Record<Role, readonly string[]>>>;
}

export interface GivenTls {
  /** PEM file, absolute path. */
  readonly certificate: string;
  /** PEM of its private key. */
  readonly key: Revealed;
}

/** Each may do what those before it may. */
export const roles = ['viewer', 'operator', 'engineer', 'admin'] as const;
export type Role = (typeof roles)[number];
