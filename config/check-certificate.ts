import { resolve } from 'node:path';
import type { Findings } from './findings.ts';
import type { Entry, Path } from './place.ts';
import { readSourceText } from './source-text.ts';

/** Reports a file that can't be read or holds no certificate. Returns its absolute path. */
export function checkCertificate(file: string, entry: Entry, path: Path, findings: Findings): string {
  const absolute = resolve(entry.directory, file);
  const read = readSourceText(absolute);
  if (!read.ok) findings.errorAt(entry, path, { ...read.fault, what: `${file}: ${read.fault.what}` });
  else if (!read.text.includes('-----BEGIN CERTIFICATE-----'))
    findings.errorAt(entry, path, {
      what: `${file} holds no certificate`,
      why: 'expected PEM text with "BEGIN CERTIFICATE"',
      todo: 'convert it to PEM, or name the right file',
    });
  return absolute;
}
