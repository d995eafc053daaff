import { resolve } from 'node:path';
import type { PageOptions } from '#agent/model/page.ts';
import { checkEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import { pageSection } from './page-schema.ts';
import type { Entry } from './place.ts';
import { formOf } from './schema-shape.ts';
import { readSourceText } from './source-text.ts';

const form = formOf(pageSection);

/** Undefined where there is no such section, or where it has faults. */
export function readPage(entry: Entry, reading: Reading): PageOptions | undefined {
  if (entry.value === undefined || entry.value === null) return undefined;
  const text = checkEntry(form, entry, reading);
  if (!text) return undefined;
  const { host, port, readOnly, anonymous, tls } = text;
  if (tls !== undefined && tls !== 'own') checkCertificate(tls.certificate, entry, reading);
  return {
    host,
    port,
    isReadOnly: readOnly,
    ...(anonymous !== undefined && { anonymous }),
    ...(tls === 'own' && { tls }),
    ...(tls !== undefined &&
      tls !== 'own' && { tls: { certificate: resolve(entry.directory, tls.certificate), key: tls.key } }),
  };
}

function checkCertificate(file: string, entry: Entry, { findings }: Reading): void {
  const read = readSourceText(resolve(entry.directory, file));
  const path = ['tls', 'certificate'];
  if (!read.ok) findings.errorAt(entry, path, { ...read.fault, what: `${file}: ${read.fault.what}` });
  else if (!read.text.includes('-----BEGIN CERTIFICATE-----'))
    findings.errorAt(entry, path, {
      what: `${file} holds no certificate`,
      why: 'expected PEM text with "BEGIN CERTIFICATE"',
      todo: 'convert it to PEM, or name the right file',
    });
}
