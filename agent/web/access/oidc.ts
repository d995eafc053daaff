import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { Configuration } from 'openid-client';
import type { Clock } from '#agent/model/clock.ts';
import { roles } from '#agent/model/page.ts';
import type { OidcOptions, Role } from '#agent/model/page.ts';

export interface Oidc {
  /** Where the browser goes, and the key that it must bring back. Rejects where the provider does not answer. */
  readonly begin: () => Promise<{ readonly url: string; readonly key: string }>;
  /** Who came back. Rejects where anything does not fit: state, code, signature, issuer, audience, nonce, time. */
  readonly finish: (query: string, key: string) => Promise<{ readonly name: string; readonly role: Role | undefined }>;
}

interface Pending {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  /** Monotonic ms. */
  readonly beganAt: number;
}

/** Somebody types a password and a second factor meanwhile. */
const WAIT_MS = 10 * 60_000;
const MOST_WAITING = 200;
const ANSWER_SECONDS = 10;
export const CALLBACK = '/api/oidc/callback';

/**
 * Signing in by a provider of OpenID Connect: authorization code with PKCE (RFC 7636), state and nonce, each good once.
 * Roles come from a claim; whoever has none of the named groups gets no role.
 */
export function createOidc(options: OidcOptions, clock: Clock): Oidc {
  const { issuer, clientId, clientSecret, pageUrl, scope } = options;
  const pending = new Map<string, Pending>();
  let known: Promise<Configuration> | undefined;

  /** Asked once it is needed: the box starts without the provider. One that did not answer is asked again. */
  const provider = (): Promise<Configuration> => {
    const asked =
      known ??
      discovery(
        new URL(issuer),
        clientId,
        clientSecret?.reveal(),
        clientSecret ? undefined : None(),
        // The configuration allows it for this box alone.
        {
          timeout: ANSWER_SECONDS,
          // The library trusts the line that a token came by; its signature is looked at only when asked for.
          execute: [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowInsecureRequests] : [])],
        },
      );
    known = asked;
    asked.catch(() => (known = undefined));
    return asked;
  };

  return {
    async begin() {
      const verifier = randomPKCECodeVerifier();
      const [state, nonce, key] = [randomState(), randomNonce(), randomState()];
      const url = buildAuthorizationUrl(await provider(), {
        redirect_uri: pageUrl + CALLBACK,
        scope,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      pending.set(key, { verifier, state, nonce, beganAt: clock.monotonic() });
      const [oldest] = pending.keys();
      if (pending.size > MOST_WAITING && oldest !== undefined) pending.delete(oldest);
      return { url: url.href, key };
    },
    async finish(query, key) {
      const own = pending.get(key);
      pending.delete(key);
      if (!own || clock.monotonic() - own.beganAt > WAIT_MS)
        throw new Error('this sign-in was not begun here, or too long ago');
      const tokens = await authorizationCodeGrant(await provider(), new URL(`${pageUrl}${CALLBACK}${query}`), {
        pkceCodeVerifier: own.verifier,
        expectedState: own.state,
        expectedNonce: own.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims() ?? {};
      return { name: nameOf(claims), role: roleOf(claims, options) };
    },
  };
}

type Claims = Readonly<Record<string, unknown>>;

/** No account of the box has a colon in its name: nobody passes for one. */
function nameOf(claims: Claims): string {
  const [name] = ['preferred_username', 'email', 'sub'].flatMap((claim) => {
    const value = claims[claim];
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
  return `oidc:${(name ?? '').replaceAll(/[\s\p{Cc}]+/gu, ' ').slice(0, 100)}`;
}

/** The highest that one of the groups gives. */
function roleOf(claims: Claims, { claim, roles: groupsOf }: OidcOptions): Role | undefined {
  const value = claims[claim];
  const groups: readonly unknown[] = Array.isArray(value) ? value : [value];
  return roles.findLast((role) => groupsOf[role]?.some((group) => groups.includes(group)));
}
