import type { ReceiverOptions } from '#agent/model/receiver.ts';
import type { Reading } from './check-entry.ts';
import type { Entry } from './place.ts';
import type { TransportText } from './transport-schema.ts';
import { readFileDrop } from './transports/file-drop.ts';
import { readHj212 } from './transports/hj212.ts';
import { readHttps } from './transports/https.ts';
import { readInflux } from './transports/influx.ts';
import { readKafka } from './transports/kafka.ts';
import { readMqtt } from './transports/mqtt.ts';
import { readNats } from './transports/nats.ts';
import { readPlatform } from './transports/platform.ts';
import { readSparkplug } from './transports/sparkplug.ts';

interface TransportSite {
  readonly site: string;
  /** Of this site's uplink at the other side, where none is written: an MQTT client id, a file's name. */
  readonly name: string;
  readonly timezone: string;
}

export function readTransport(
  text: TransportText,
  { site, name, timezone }: TransportSite,
  entry: Entry,
  reading: Reading,
): ReceiverOptions['transport'] | undefined {
  if (text.kind === 'mqtt') return readMqtt(text, { site, clientId: name }, entry, reading);
  if (text.kind === 'file-drop') return readFileDrop(text, name, entry);
  if (text.kind === 'hj212') return readHj212(text, timezone, entry, reading);
  if (text.kind === 'kafka') return readKafka(text, name, entry, reading);
  if (text.kind === 'nats') return readNats(text, name, entry, reading);
  if (text.kind === 'sparkplug') return readSparkplug(text, { site, clientId: name }, entry, reading);
  if (text.kind === 'influx') return readInflux(text, entry, reading);
  if (text.kind === 'platform') return readPlatform(text, entry, reading);
  return readHttps(text, entry, reading);
}
