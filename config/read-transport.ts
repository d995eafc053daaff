import { resolve } from 'node:path';
import type { HttpsOptions, MqttOptions, TlsOptions } from '#agent/model/receiver.ts';
import type { Reading } from './check-entry.ts';
import type { Fault } from './fault.ts';
import { valueAt } from './place.ts';
import type { Entry, Path } from './place.ts';
import { readSourceText } from './source-text.ts';
import type { TransportText } from './transport-schema.ts';

/** @param clientId that of an MQTT client which has none written */
export function readTransport(
  text: TransportText,
  clientId: string,
  entry: Entry,
  reading: Reading,
): MqttOptions | HttpsOptions {
  const tls = tlsOf(text, entry, reading);
  if (text.kind === 'https') {
    const { kind, url, token, connections, timeout, messageSize } = text;
    return {
      kind,
      url: url.replace(/\/$/, ''),
      ...(token && { token }),
      ...(tls && { tls }),
      connections,
      timeoutMs: timeout,
      ...(messageSize !== undefined && { messageBytes: messageSize }),
    };
  }
  const { kind, url, version, username, password, topicPrefix, keepalive, requireSubscriber } = text;
  if (!isWritten(entry, ['transport', 'username']) && password)
    reading.findings.errorAt(
      entry,
      ['transport', 'password'],
      { what: 'a password without a username', why: 'the broker needs both', todo: 'add username' },
      'key',
    );
  return {
    kind,
    url,
    version,
    clientId: text.clientId ?? clientId,
    ...(username !== undefined && { username }),
    ...(password && { password }),
    ...(tls && { tls }),
    topicPrefix,
    keepaliveMs: keepalive,
    requireSubscriber,
  };
}

function tlsOf({ tls, url }: TransportText, entry: Entry, reading: Reading): TlsOptions | undefined {
  if (!tls) return undefined;
  const report = (path: Path, fault: Fault): void => reading.findings.errorAt(entry, path, fault, 'key');
  const path = ['transport', 'tls'];
  const open = /^(mqtt|http):/.exec(url)?.[1];
  if (open !== undefined)
    report(path, {
      what: `TLS settings on an ${open}:// url`,
      why: 'the connection would go unencrypted in spite of them',
      todo: `write ${open}s:// in the url, or delete tls`,
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
  const ca = checkCertificate('ca', tls.ca, entry, reading);
  const cert = checkCertificate('cert', tls.cert, entry, reading);
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(tls.key && { key: tls.key }),
    ...(tls.serverName !== undefined && { serverName: tls.serverName }),
  };
}

/** What is written but faulty is missing from what was parsed; it must not be complained of twice. */
const isWritten = (entry: Entry, path: Path): boolean => valueAt(entry.value, path) !== undefined;

function checkCertificate(key: 'ca' | 'cert', file: string | undefined, entry: Entry, reading: Reading) {
  if (file === undefined) return undefined;
  const absolute = resolve(entry.directory, file);
  const read = readSourceText(absolute);
  const path = ['transport', 'tls', key];
  if (!read.ok) reading.findings.errorAt(entry, path, { ...read.fault, what: `${file}: ${read.fault.what}` });
  else if (!read.text.includes('-----BEGIN CERTIFICATE-----'))
    reading.findings.errorAt(entry, path, {
      what: `${file} holds no certificate`,
      why: 'expected PEM text with "BEGIN CERTIFICATE"',
      todo: 'convert it to PEM, or name the right file',
    });
  return absolute;
}
