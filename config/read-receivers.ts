import { resolve } from 'node:path';
import { receiverId } from '#agent/model/ids.ts';
import type { Stream } from '#agent/model/record.ts';
import { examineEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import type { Fault } from './fault.ts';
import { valueAt } from './place.ts';
import type { Entry, Path } from './place.ts';
import { receiverSchema } from './receiver-schema.ts';
import type { ReceiverText } from './receiver-schema.ts';
import { formOf } from './schema-shape.ts';
import type { MqttTransport, ReceiverConfig } from './site.ts';
import { readSourceText } from './source-text.ts';

const form = formOf(receiverSchema);

export interface ReadReceiver {
  readonly entry: Entry;
  readonly config: ReceiverConfig;
}

/** Undefined when it has faults; they are reported. */
export function readReceiver(entry: Entry, site: string, reading: Reading): ReadReceiver | undefined {
  const { whole, sound: text } = examineEntry(form, entry, reading);
  if (!text) return undefined;
  checkLanes(text, entry, reading);
  const { id, name = id, profile, lanes } = text;
  const transport = transportOf(text, `${site}-${id}`, entry, reading);
  if (!whole) return undefined;
  return {
    entry,
    config: {
      id: receiverId(id),
      name,
      transport,
      profile,
      lanes: {
        alarm: lanes.alarm,
        live: { streams: lanes.live.streams, withinMs: lanes.live.within },
        backfill: lanes.backfill,
        inFlight: lanes.inFlight,
      },
    },
  };
}

function transportOf(text: ReceiverText, clientId: string, entry: Entry, reading: Reading): MqttTransport {
  const { url, version, username, password, topicPrefix, keepalive, requireSubscriber } = text.transport;
  if (!isWritten(entry, ['transport', 'username']) && password)
    reading.findings.errorAt(
      entry,
      ['transport', 'password'],
      { what: 'a password without a username', why: 'the broker needs both', todo: 'add username' },
      'key',
    );
  const tls = tlsOf(text, entry, reading);
  return {
    kind: 'mqtt',
    url,
    version,
    clientId: text.transport.clientId ?? clientId,
    ...(username !== undefined && { username }),
    ...(password && { password }),
    ...(tls && { tls }),
    topicPrefix,
    keepaliveMs: keepalive,
    requireSubscriber,
  };
}

function tlsOf(text: ReceiverText, entry: Entry, reading: Reading): MqttTransport['tls'] {
  const { tls, url } = text.transport;
  if (!tls) return undefined;
  const report = (path: Path, fault: Fault): void => reading.findings.errorAt(entry, path, fault, 'key');
  const path = ['transport', 'tls'];
  if (url.startsWith('mqtt:'))
    report(path, {
      what: 'TLS settings on an mqtt:// url',
      why: 'the connection would go unencrypted in spite of them',
      todo: 'write mqtts:// in the url, or delete tls',
    });
  const [hasCert, hasKey] = [isWritten(entry, [...path, 'cert']), isWritten(entry, [...path, 'key'])];
  if (hasCert !== hasKey)
    report([...path, hasKey ? 'key' : 'cert'], {
      what: hasKey ? 'a key without its certificate' : 'a certificate without its key',
      why: 'a broker that asks for a certificate needs both',
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

/** A stream stands in one lane only: two lanes would send its records twice and each move its cursor. */
function checkLanes(text: ReceiverText, entry: Entry, reading: Reading): void {
  const seen = new Map<Stream, string>();
  for (const lane of ['alarm', 'live'] as const)
    for (const [index, stream] of text.lanes[lane].streams.entries()) {
      const first = seen.get(stream);
      if (first === undefined) seen.set(stream, lane);
      else
        reading.findings.errorAt(entry, ['lanes', lane, 'streams', index], {
          what: `stream "${stream}" is in lane ${first === lane ? `${lane} twice` : `${first} too`}`,
          why: 'overlapping lanes would send its records twice',
          todo: 'leave it in one lane',
        });
    }
  if (!seen.has('alarm'))
    reading.findings.warnAt(entry, ['lanes'], {
      what: 'stream "alarm" is in no lane',
      why: `alarms are never sent to "${text.id}"`,
      todo: 'add it to lanes.alarm.streams unless that is meant',
    });
}
