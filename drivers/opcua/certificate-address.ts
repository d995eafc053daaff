import type { AddressedPoint, ConfigIssue } from '#config/source-kind.ts';
import type { OpcuaAddress } from './address.ts';
import type { OpcuaOptions } from './schema.ts';

/** Whose certificate: the server's, this agent's, or the X.509 user's. */
export const certificateRoles = ['server', 'own', 'user'] as const;
export type CertificateRole = (typeof certificateRoles)[number];

/** Namespace of what is no node of the server: points `certificate=<role>`, days until the certificate expires. */
export const CERTIFICATE_NAMESPACE = 'urn:firewatch:certificate';

/** Undefined when the address is a node of the server. */
export const certificateRoleOf = ({ namespaceUri, identifier }: OpcuaAddress): CertificateRole | undefined =>
  namespaceUri === CERTIFICATE_NAMESPACE ? certificateRoles.find((role) => role === identifier) : undefined;

/** Certificates that this source does not use have no days left to tell. */
export const checkCertificatePoints = (
  { security, user }: OpcuaOptions,
  points: readonly AddressedPoint<OpcuaAddress>[],
): readonly ConfigIssue[] =>
  points.flatMap(({ id, address }) => {
    const role = certificateRoleOf(address);
    if (role === undefined) return [];
    const isUsed = role === 'user' ? user !== undefined && 'certificate' in user : security.mode !== 'None';
    if (isUsed) return [];
    const what = `the point asks for the days that certificate "${role}" has left`;
    return role === 'user'
      ? [
          {
            point: id,
            path: [],
            what,
            why: 'the source has no X.509 user',
            todo: 'remove the point, or set user.certificate',
          },
        ]
      : [
          {
            point: id,
            path: [],
            what,
            why: 'security mode None uses no certificate',
            todo: 'remove the point, or set security.mode',
          },
        ];
  });
