import type { z } from 'zod';
import { roles } from '#agent/model/page.ts';
import type { OidcOptions, PageOptions } from '#agent/model/page.ts';
import { checkCertificate } from './check-certificate.ts';
import { checkEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import { pageSection } from './page-schema.ts';
import type { Entry } from './place.ts';
import { formOf } from './schema-shape.ts';

const form = formOf(pageSection);

/** Undefined where there is no such section, or where it has faults. */
export function readPage(entry: Entry, reading: Reading): PageOptions | undefined {
  if (entry.value === undefined || entry.value === null) return undefined;
  const text = checkEntry(form, entry, reading);
  if (!text) return undefined;
  const { host, port, readOnly, anonymous, tls, oidc } = text;
  const given =
    tls !== undefined && tls !== 'own'
      ? {
          certificate: checkCertificate(tls.certificate, entry, ['tls', 'certificate'], reading.findings),
          key: tls.key,
        }
      : tls;
  return {
    host,
    port,
    isReadOnly: readOnly,
    ...(anonymous !== undefined && { anonymous }),
    ...(given && { tls: given }),
    ...(oidc && { oidc: oidcOf(oidc) }),
  };
}

function oidcOf({
  clientSecret,
  roles: groups,
  ...rest
}: NonNullable<z.output<typeof pageSection>['oidc']>): OidcOptions {
  const named = roles.flatMap((role) => (groups[role] ? [[role, groups[role]] as const] : []));
  return { ...rest, ...(clientSecret && { clientSecret }), roles: Object.fromEntries(named) };
}
