import { SourceError } from '#drivers/driver.ts';
import type { OpcuaOptions } from './schema.ts';
import { listCertificates } from './trust-store.ts';

/** By these a server says that it does not like our certificate. Many just close the connection. */
const certificateRefusals =
  /BadSecurityChecksFailed|BadCertificate|BadApplicationSignatureInvalid|may have been rejected by server|rejected by server/;

const loginRefusals = /BadUserAccessDenied|BadIdentityToken(Rejected|Invalid)|BadUserSignatureInvalid/;

/** Wrong logins lock accounts; a person has to act anyhow. */
const LOGIN_RETRY_MS = 60_000;

/** Adds to the server's refusal which side said no and what to do about it. */
export async function refusedByServer(
  error: SourceError,
  {
    endpoint,
    stateDir,
    options,
  }: { readonly endpoint: string; readonly stateDir: string; readonly options: OpcuaOptions },
): Promise<SourceError> {
  if (loginRefusals.test(error.message)) {
    const who =
      options.user === undefined ? 'anonymous' : 'name' in options.user ? options.user.name : 'its certificate';
    return new SourceError(`${endpoint}: the server refused the login of ${who}: ${error.message}`, {
      cause: error,
      retryAfterMs: LOGIN_RETRY_MS,
    });
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
