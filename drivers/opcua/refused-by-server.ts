import { UserTokenType } from 'node-opcua-client';
import type { EndpointDescription } from 'node-opcua-client';
import { SourceError } from '#drivers/driver.ts';
import { endpointFor } from './discovery.ts';
import type { OpcuaOptions } from './schema.ts';
import type { UserOptions } from './security-schema.ts';
import { listCertificates } from './trust-store.ts';

/** By these a server says that it does not like our certificate. Many just close the connection. */
const certificateRefusals =
  /BadSecurityChecksFailed|BadCertificate|BadApplicationSignatureInvalid|may have been rejected by server|rejected by server/;

const loginRefusals = /BadUserAccessDenied|BadIdentityToken(Rejected|Invalid)|BadUserSignatureInvalid/;

/** The library's own words, before anything is sent. */
const endpointMissing = /End point must exist/;
const tokenMissing = /Cannot find .* user token policy/;

/** A person has to act first. */
const RETRY_MS = 30_000;

/** The server knows us, but does not let this user in. Each further try counts against his account. */
export class LoginRefused extends SourceError {}

export interface Refusal {
  readonly endpoint: string;
  readonly stateDir: string;
  readonly options: OpcuaOptions;
  /** The server's endpoints, as it tells them now; none when it does not answer. */
  readonly offered: () => Promise<readonly EndpointDescription[]>;
}

/** The error in the words of the integrator: which side said no, and what to do about it. */
export async function refusedByServer(error: SourceError, refusal: Refusal): Promise<SourceError> {
  const { endpoint, stateDir, options } = refusal;
  if (endpointMissing.test(error.message) || tokenMissing.test(error.message)) return notOffered(error, refusal);
  if (loginRefusals.test(error.message)) {
    const text = `${endpoint}: the server refused the login of ${nameOf(options.user)}: ${error.message}`;
    return new LoginRefused(text, { cause: error, retryAfterMs: RETRY_MS });
  }
  if (options.security.mode === 'None' || !certificateRefusals.test(error.message)) return error;
  const own = (await listCertificates(stateDir)).find(({ standing }) => standing === 'own');
  if (!own) return error;
  return new SourceError(
    `${endpoint}: the server seems to have rejected this agent's certificate: thumbprint ${own.thumbprint}, ${own.applicationUri}; ` +
      `on the server, move it from the rejected to the trusted certificates, or import ${own.file}; the server said: ${error.message}`,
    { cause: error, retryAfterMs: 10_000 },
  );
}

async function notOffered(error: SourceError, { endpoint, options, offered }: Refusal): Promise<SourceError> {
  try {
    const { userIdentityTokens } = endpointFor(options.security, await offered(), endpoint);
    if (!tokenMissing.test(error.message)) return error;
    const taken = [...new Set((userIdentityTokens ?? []).map(({ tokenType }) => words[tokenType]))].join(', ');
    const text = `${endpoint}: the server does not take ${nameOf(options.user)}; it takes: ${taken}; set user of this source to suit`;
    return new SourceError(text, { cause: error, retryAfterMs: RETRY_MS });
  } catch (unoffered) {
    return unoffered instanceof SourceError ? unoffered : error;
  }
}

const nameOf = (user: UserOptions | undefined): string => {
  if (user === undefined) return 'an anonymous user';
  return 'name' in user ? `user ${user.name}` : 'the user with the configured certificate';
};

const words: Readonly<Record<UserTokenType, string>> = {
  [UserTokenType.Anonymous]: 'anonymous',
  [UserTokenType.UserName]: 'name and password',
  [UserTokenType.Certificate]: 'X.509 certificate',
  [UserTokenType.IssuedToken]: 'issued token (not supported here)',
  [UserTokenType.Invalid]: 'unknown',
};
