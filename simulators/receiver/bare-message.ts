import type { Delivered } from './message-check.ts';

/** A zstd frame begins so (RFC 8878, 3.1.1). */
const ZSTD_MAGIC = Buffer.from('28b52ffd', 'hex');

/** What a transport without properties (MQTT 3.1.1) leaves unsaid stands in the topic and the payload itself. */
export function describeBare(delivered: Delivered, unpack: (delivered: Delivered) => string): Delivered {
  const isCompressed = delivered.payload.subarray(0, ZSTD_MAGIC.length).equals(ZSTD_MAGIC);
  const userProperties: Record<string, string> = isCompressed ? { encoding: 'zstd' } : {};
  const message: unknown = JSON.parse(unpack({ ...delivered, userProperties }));
  if (typeof message !== 'object' || message === null) return delivered;
  const [first = ''] = delivered.topic.split('/');
  const isSpecial = first === 'presence' || first === 'catalog';
  const name = isSpecial || 'body' in message ? first : 'coverage';
  const sim = 'sim' in message ? String(message.sim) : '';
  const version = 'version' in message ? String(message.version) : '';
  return {
    ...delivered,
    contentType: 'application/json',
    userProperties: { ...userProperties, schema: `firewatch-json/${name}/${version}`, sim },
  };
}
