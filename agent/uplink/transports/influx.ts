import type { Clock } from '#agent/model/clock.ts';
import type { InfluxOptions } from '#agent/model/receiver.ts';
import { describe, type Poster } from './http-post.ts';
import { postTransport } from './post-transport.ts';
import type { Transport } from './transport.ts';

/** The write interface of InfluxDB: `/api/v2/write` of version 2 and 3, or `/write` of version 1; VictoriaMetrics has both. */
export function influxTransport(options: InfluxOptions, clock: Clock): Transport {
  const base = options.url.endsWith('/') ? options.url : `${options.url}/`;
  const url = new URL(options.api === 'v2' ? 'api/v2/write' : 'write', base);
  const { api, bucket, org, retentionPolicy } = options;
  const query = {
    ...(api === 'v2' ? { bucket } : { db: bucket }),
    ...(org === undefined ? {} : { org }),
    ...(retentionPolicy === undefined ? {} : { rp: retentionPolicy }),
    precision: 'ns',
  };
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);

  /** Any answer shows that it is there; who we are is asked with the first write. */
  const greet = async (poster: Poster): Promise<void> => {
    const answer = await poster.get(new URL('ping', base));
    if (answer.status >= 500) throw new Error(describe(answer));
  };
  return postTransport({
    options,
    clock,
    greet,
    messageBytes: options.messageBytes,
    posted: ({ payload, contentType, id }) => ({
      url,
      headers: { 'content-type': contentType, ...(id === undefined ? {} : { 'idempotency-key': id }) },
      body: payload,
      isCompressible: true,
    }),
  });
}
