import { z } from 'zod';
import type { TlsOptions } from '#agent/model/receiver.ts';
import { checkCertificate } from '../check-certificate.ts';
import type { Reading } from '../check-entry.ts';
import type { Fault } from '../fault.ts';
import type { Entry, Path } from '../place.ts';
import { secret } from '../secret.ts';
import { isWritten } from './is-written.ts';

const file = (description: string) =>
  z
    .string()
    .min(1)
    .meta({ description, examples: ['ca.pem'] });

/** `tls:` of a transport. */
export const tlsSchema = z
  .strictObject({
    ca: file('PEM file of the authority that signed the other side, relative to this file').optional(),
    cert: file('PEM file of our certificate, relative to this file').optional(),
    key: secret()
      .meta({ description: 'our private key, by reference', examples: ['${file:client-key.pem}'] })
      .optional(),
    serverName: z.string().meta({ description: 'name in its certificate, where the url differs' }).optional(),
  })
  .meta({ description: 'TLS settings of an mqtts://, wss:// or https:// url' });

/** What of a transport its TLS settings depend on. */
interface Secured {
  readonly tls?: z.output<typeof tlsSchema> | undefined;
  readonly url: string;
}

export function readTls({ tls, url }: Secured, entry: Entry, reading: Reading): TlsOptions | undefined {
  if (!tls) return undefined;
  const report = (path: Path, fault: Fault): void => reading.findings.errorAt(entry, path, fault, 'key');
  const path = ['transport', 'tls'];
  const open = /^(mqtt|http|ws|nats|kafka):/.exec(url)?.[1];
  if (open !== undefined)
    report(path, {
      what: `TLS settings on an ${open}:// url`,
      why: 'the connection would go unencrypted in spite of them',
      todo: `write ${open === 'nats' ? 'tls' : `${open}s`}:// in the url, or delete tls`,
    });
  const [hasCert, hasKey] = [isWritten(entry, [...path, 'cert']), isWritten(entry, [...path, 'key'])];
  if (hasCert !== hasKey)
    report([...path, hasKey ? 'key' : 'cert'], {
      what: hasKey ? 'a key without its certificate' : 'a certificate without its key',
      why: 'a platform that asks for a certificate needs both',
      todo: `add ${hasKey ? 'cert' : 'key: "${file:client-key.pem}"'}`,
    });
  if (tls.key && !/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(tls.key.reveal()))
    report([...path, 'key'], {
      what: `${tls.key.reference} leads to no private key`,
      why: 'expected PEM text with "BEGIN PRIVATE KEY"',
      todo: 'refer to the key file: "${file:client-key.pem}"',
    });
  const certificate = (key: 'ca' | 'cert'): string | undefined => {
    const file = tls[key];
    return file === undefined ? undefined : checkCertificate(file, entry, [...path, key], reading.findings);
  };
  const [ca, cert] = [certificate('ca'), certificate('cert')];
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(tls.key && { key: tls.key }),
    ...(tls.serverName !== undefined && { serverName: tls.serverName }),
  };
}
