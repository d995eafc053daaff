import { z } from 'zod';
import type { HttpsOptions } from '#agent/model/receiver.ts';
import type { Reading } from '../check-entry.ts';
import type { Entry } from '../place.ts';
import { httpPeerKeys, httpUrl, readHttpPeer } from './http-peer.ts';

export const httpsSchema = z.strictObject({
  kind: z.literal('https'),
  url: httpUrl(
    'https:// address of the platform; messages are posted to <url>/<site>/<topic>',
    'https://platform.example/firewatch',
  ),
  ...httpPeerKeys,
});

export function readHttps(text: z.output<typeof httpsSchema>, entry: Entry, reading: Reading): HttpsOptions {
  const { kind, ...peer } = text;
  return { kind, ...readHttpPeer(peer, 'Bearer', entry, reading) };
}
