import { z } from 'zod';
import { suggest } from '#config/nearest.ts';
import type { AddressedPoint, ConfigIssue } from '#config/source-kind.ts';
import { videoKinds, type VideoKind } from '#agent/model/video-kind.ts';

/** What an alert stream tells: an event in our words, of any channel or one; or of itself. */
export type AlertAddress =
  | { readonly kind: 'event'; readonly event: VideoKind; readonly channel?: string }
  | { readonly kind: 'health'; readonly health: StreamHealth }
  | { readonly kind: 'unknown'; readonly text: string };

const streamHealth = ['clock-offset', 'refused', 'unknown-types'] as const;
type StreamHealth = (typeof streamHealth)[number];

const words = [...videoKinds.map((kind) => `event:${kind}`), ...streamHealth.map((name) => `health:${name}`)];

export const alertAddressSchema = z
  .union([z.enum(words), z.string().regex(/^(event|health):[a-z-]+(\/\w+)?$/)])
  .meta({
    description: 'An event, of one channel where a slash and its number follow',
    examples: [...words, 'event:fire/2'],
  })
  .transform((text): AlertAddress => {
    const [kind, rest = ''] = text.split(':');
    const [word, channel] = rest.split('/');
    const event = kind === 'event' ? videoKinds.find((known) => known === word) : undefined;
    if (event) return channel === undefined ? { kind: 'event', event } : { kind: 'event', event, channel };
    const health = kind === 'health' ? streamHealth.find((known) => known === rest) : undefined;
    return health ? { kind: 'health', health } : { kind: 'unknown', text };
  });

export const checkAlertAddresses = (
  _options: unknown,
  points: readonly AddressedPoint<AlertAddress>[],
): readonly ConfigIssue[] =>
  points.flatMap(({ id, address }) =>
    address.kind === 'unknown'
      ? [
          {
            point: id,
            path: [],
            what: `"${address.text}" is nothing that an alert stream tells`,
            why: `it tells ${words.join(', ')}`,
            todo: suggest(address.text, words, 'write one of these'),
          },
        ]
      : [],
  );
