import { MessageSecurityMode, SecurityPolicy } from 'node-opcua-client';
import type { EndpointDescription } from 'node-opcua-client';
import { SourceError } from '#drivers/driver.ts';
import { applicationIdentity } from './client-identity.ts';
import { holdClient } from './client-lifetime.ts';
import type { HeldClient } from './client-lifetime.ts';
import type { ConnectionPlace } from './connection.ts';
import type { Dial } from './dial.ts';
import { DeadlineError, asSourceError, within } from './faults.ts';
import type { OpcuaOptions } from './schema.ts';
import type { SecurityOptions } from './security-schema.ts';
import { verifyServerCertificate } from './server-certificate.ts';

/**
 * The certificate (chain, DER) of the endpoint with exactly the configured security, verified. A short connection of its
 * own, without security, as the standard foresees; nothing is told on it and nothing is believed but the certificate.
 *
 * @throws SourceError when the server does not offer that security (with what it offers), or its certificate is rejected
 */
export async function discoverCertificate(options: OpcuaOptions, place: ConnectionPlace): Promise<Buffer> {
  const { context, signal, dial } = place;
  const { endpoint } = dial;
  const held = holdClient(
    {
      clientName: `firewatch-${context.source}-discovery`,
      ...(await applicationIdentity(context, false)),
    },
    { endpoint, signal, idleMs: options.connectTimeout },
  );
  const doing = `ask ${endpoint} for its endpoints`;
  let offered: EndpointDescription[];
  try {
    await opened(dial, held, options.connectTimeout);
    offered = await within(options.connectTimeout, doing, held.loss.during(held.client.getEndpoints()));
  } catch (error) {
    throw asSourceError(error, doing);
  } finally {
    await held.release();
  }
  const found = endpointFor(options.security, offered, endpoint);
  const { stateDir, source, clock } = context;
  const howToTrust =
    place.howToTrust ?? ((thumbprint) => `run: firewatch trust SITE.yaml ${source} --accept ${thumbprint}`);
  await verifyServerCertificate(found.serverCertificate, {
    endpoint,
    stateDir,
    security: options.security,
    howToTrust,
    now: clock.now(),
  });
  return found.serverCertificate;
}

/** Opens the channel, within the time that this way takes at most. */
export async function opened(dial: Dial, { client, loss }: HeldClient, withinMs: number): Promise<void> {
  try {
    await within(dial.withinMs ?? withinMs, `connect to ${dial.endpoint}`, loss.during(dial.open(client)));
  } catch (error) {
    throw error instanceof DeadlineError && dial.lateText !== undefined
      ? new SourceError(dial.lateText, { cause: error })
      : error;
  }
}

/**
 * The endpoint with exactly the configured security.
 *
 * @throws SourceError with what the server offers instead
 */
export function endpointFor(
  { mode, policy }: Pick<SecurityOptions, 'mode' | 'policy'>,
  offered: readonly EndpointDescription[],
  endpoint: string,
): EndpointDescription {
  const found = offered.find(
    ({ securityMode, securityPolicyUri }) =>
      securityMode === MessageSecurityMode[mode] && securityPolicyUri === SecurityPolicy[policy],
  );
  if (found) return found;
  const known = [...new Set(offered.map(nameOf))].join(', ');
  throw new SourceError(
    `${endpoint}: the server does not offer ${mode} with ${policy}, and nothing else is ever used instead; ` +
      `it offers: ${known || 'nothing'}; set security.mode and security.policy of this source, or the server's`,
    { retryAfterMs: 30_000 },
  );
}

const nameOf = ({ securityMode, securityPolicyUri }: EndpointDescription): string =>
  `${MessageSecurityMode[securityMode]} ${securityPolicyUri?.split('#')[1] ?? ''}`.trim();
