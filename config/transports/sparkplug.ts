import { z } from 'zod';
import type { SparkplugOptions } from '#agent/model/receiver.ts';
import type { Reading } from '../check-entry.ts';
import type { Entry } from '../place.ts';
import { brokerKeys, readBroker } from './mqtt-broker.ts';
import { refuseKeys } from './refuse-keys.ts';

/** Ids are parts of topics. */
const id = (description: string) =>
  z
    .string()
    .regex(/^[^\s+/#]{1,64}$/)
    .meta({ description: `${description}; no spaces, slashes, + or #` });

export const sparkplugSchema = z.strictObject({
  kind: z.literal('sparkplug'),
  ...brokerKeys,
  group: id('Sparkplug group id'),
  node: id('Sparkplug edge node id; default the site id').optional(),
  primaryHost: id('host id that must be online: nothing is sent until it says so; default whoever listens').optional(),
  qos: z
    .union([z.literal(0), z.literal(1)])
    .meta({
      description:
        'of births and data: 1, which the broker acknowledges; 0 is what Sparkplug 3.0 says, and all it gives is the answer to a ping',
    })
    .prefault(1),
});

interface SparkplugSite {
  readonly site: string;
  readonly clientId: string;
}

export function readSparkplug(
  text: z.output<typeof sparkplugSchema>,
  { site, clientId }: SparkplugSite,
  entry: Entry,
  reading: Reading,
): SparkplugOptions {
  refuseKeys(['seal', 'wire'], { way: 'Sparkplug', why: 'its payloads have a form of their own' }, entry, reading);
  const { kind, group, node = site, primaryHost, qos, ...broker } = text;
  const options = readBroker(broker, clientId, entry, reading);
  return { kind, ...options, group, node, ...(primaryHost !== undefined && { primaryHost }), qos };
}
