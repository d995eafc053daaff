import type { ReceiverOptions } from '#agent/model/receiver.ts';
import type { Reading } from './check-entry.ts';
import type { Entry } from './place.ts';
import type { TransportText } from './transport-schema.ts';
import { readHttps } from './transports/https.ts';
import { readMqtt } from './transports/mqtt.ts';

/** @param clientId that of a client which has none written */
export function readTransport(
  text: TransportText,
  clientId: string,
  entry: Entry,
  reading: Reading,
): ReceiverOptions['transport'] {
  if (text.kind === 'mqtt') return readMqtt(text, clientId, entry, reading);
  return readHttps(text, entry, reading);
}
