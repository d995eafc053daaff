import { z } from 'zod';
import type { InfluxOptions } from '#agent/model/receiver.ts';
import type { Reading } from '../check-entry.ts';
import type { Entry } from '../place.ts';
import { httpPeerKeys, httpUrl, readHttpPeer } from './http-peer.ts';
import { isWritten } from './is-written.ts';
import { refuseKeys } from './refuse-keys.ts';

const name = (description: string) =>
  z
    .string()
    .regex(/^[^\p{Cc}]{1,200}$/u)
    .meta({ description });

export const influxSchema = z.strictObject({
  kind: z.literal('influx'),
  url: httpUrl(
    'https:// address of InfluxDB or of whatever takes its line protocol; lines are posted to <url>/api/v2/write or <url>/write',
    'https://influx.example:8086',
  ),
  api: z
    .enum(['v1', 'v2'])
    .meta({ description: 'write interface: v2 of InfluxDB 2 and 3; v1 of InfluxDB 1. VictoriaMetrics has both' })
    .prefault('v2'),
  bucket: name('bucket, or with api: v1 the database'),
  org: name('organisation of InfluxDB 2').optional(),
  retentionPolicy: name('retention policy of InfluxDB 1').optional(),
  measurement: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/)
    .meta({ description: 'samples are lines of this measurement, other records of <measurement>_<stream>' })
    .prefault('firewatch'),
  ...httpPeerKeys,
});

export function readInflux(text: z.output<typeof influxSchema>, entry: Entry, reading: Reading): InfluxOptions {
  refuseKeys(['seal', 'wire'], { way: 'line protocol', why: 'its lines have a form of their own' }, entry, reading);
  const { kind, api, bucket, org, retentionPolicy, measurement, ...peer } = text;
  for (const [key, version] of [
    ['org', 'v2'],
    ['retentionPolicy', 'v1'],
  ] as const)
    if (api !== version && isWritten(entry, ['transport', key]))
      reading.findings.errorAt(
        entry,
        ['transport', key],
        {
          what: `"${key}" with api: ${api}`,
          why: `only ${version} has it`,
          todo: `delete ${key}, or write api: ${version}`,
        },
        'key',
      );
  return {
    kind,
    ...readHttpPeer(peer, 'Token', entry, reading),
    api,
    bucket,
    ...(org !== undefined && { org }),
    ...(retentionPolicy !== undefined && { retentionPolicy }),
    measurement,
  };
}
