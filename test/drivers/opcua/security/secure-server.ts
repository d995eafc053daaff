import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MessageSecurityMode, OPCUACertificateManager, SecurityPolicy } from 'node-opcua';
import type { OPCUAServer, OPCUAServerOptions, ServerSession } from 'node-opcua';
import { describeCertificate } from '#drivers/opcua/trust-store.ts';
import type { TestServer } from '../test-server.ts';

/** A server that offers these, and nothing else; by default everything that is secure. */
export const offering = (
  modes: readonly ('None' | 'Sign' | 'SignAndEncrypt')[] = ['Sign', 'SignAndEncrypt'],
  server: Partial<OPCUAServerOptions> = {},
): { readonly server: Partial<OPCUAServerOptions> } => ({
  server: {
    securityModes: modes.map((mode) => MessageSecurityMode[mode]),
    securityPolicies: modes.some((mode) => mode !== 'None') ? securePolicies : [SecurityPolicy.None],
    // Endpoints are asked for without security, as of every server.
    disableDiscovery: false,
    ...server,
  },
});

const securePolicies = [
  SecurityPolicy.Basic256Sha256,
  SecurityPolicy.Aes128_Sha256_RsaOaep,
  SecurityPolicy.Aes256_Sha256_RsaPss,
];

/** How the sessions that the server has now are secured, and who they are. */
export function sessionsOf({ server }: Pick<TestServer, 'server'>) {
  // Nothing public lists them.
  const { _sessions } = server.engine as unknown as { _sessions: Record<string, ServerSession> };
  return Object.values(_sessions).map(({ channel, userIdentityToken, clientDescription }) => ({
    mode: channel && MessageSecurityMode[channel.securityMode],
    policy: channel?.securityPolicy.split('#')[1],
    certificate: channel?.clientCertificate ? thumbprintOf(channel.clientCertificate) : undefined,
    user: userIdentityToken?.constructor.name,
    applicationUri: clientDescription?.applicationUri,
  }));
}

export const certificateOf = (server: OPCUAServer) => {
  const described = describeCertificate(server.getCertificate());
  if (!described) throw new Error('the server has no certificate');
  return described;
};

const thumbprintOf = (der: Buffer): string | undefined => describeCertificate(der)?.thumbprint;

/** A source's directory in which the server is trusted already. */
export function trusting(...servers: readonly Pick<TestServer, 'server'>[]): string {
  const stateDir = mkdtempSync(path.join(tmpdir(), 'opcua-state-'));
  const folder = path.join(stateDir, 'pki', 'trusted', 'certs');
  mkdirSync(folder, { recursive: true });
  for (const { server } of servers) {
    const certificate = server.getCertificate();
    writeFileSync(path.join(folder, `${thumbprintOf(certificate)}.pem`), pemOf(certificate));
  }
  return stateDir;
}

const pemOf = (der: Buffer): string =>
  `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replaceAll(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`;

/** A place for certificates, as a server's owner would set it up. */
export async function certificateManager(acceptsUnknown: boolean): Promise<OPCUACertificateManager> {
  const manager = new OPCUACertificateManager({
    rootFolder: path.join(mkdtempSync(path.join(tmpdir(), 'opcua-pki-')), 'pki'),
    automaticallyAcceptUnknownCertificate: acceptsUnknown,
    disableFileWatchers: true,
  });
  await manager.initialize();
  return manager;
}

export interface IssuedCertificate {
  readonly certificateFile: string;
  readonly privateKeyFile: string;
}

/** A certificate of one's own, signed by itself, valid for so many days from a day relative to today. */
export async function issueCertificate(
  manager: OPCUACertificateManager,
  { applicationUri, fromDay = -1, days = 365 }: { applicationUri: string; fromDay?: number; days?: number },
): Promise<IssuedCertificate> {
  const certificateFile = path.join(manager.rootDir, 'own', 'certs', 'issued.pem');
  await manager.createSelfSignedCertificate({
    applicationUri,
    dns: ['127.0.0.1'],
    outputFile: certificateFile,
    subject: '/CN=issued',
    startDate: new Date(Date.now() + fromDay * 24 * 3600 * 1000),
    validity: days,
  });
  return { certificateFile, privateKeyFile: manager.privateKey };
}
