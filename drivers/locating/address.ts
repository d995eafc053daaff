import { z } from 'zod';
import { suggest } from '#config/nearest.ts';
import type { AddressedPoint, ConfigIssue } from '#config/source-kind.ts';

/** What a point can be of a locating system as a whole. What its tags tell are facts and no points. */
export const feedQuantities = [
  'tags-heard',
  'tags-lost',
  'fixes-per-second',
  'messages-per-second',
  'refused',
  'refused-total',
  'dropped-total',
] as const;

export type FeedQuantity = (typeof feedQuantities)[number];

/** Absent: a word that means nothing to this kind of source. */
export interface FeedAddress {
  readonly word: string;
  readonly quantity?: FeedQuantity;
}

/** A word of the list, so that editors offer it; any other is told by `checkFeedAddresses`, with its point and place. */
export const feedAddressSchema = z
  .union([z.enum(feedQuantities), z.string().regex(/^[a-z][a-z-]*$/)])
  .meta({ description: 'What of the locating system', examples: [...feedQuantities] })
  .transform((word): FeedAddress => {
    const quantity = feedQuantities.find((known) => known === word);
    return quantity ? { word, quantity } : { word };
  });

export const checkFeedAddresses = (
  _options: unknown,
  points: readonly AddressedPoint<FeedAddress>[],
): readonly ConfigIssue[] =>
  points
    .filter(({ address }) => address.quantity === undefined)
    .map(({ id, address }) => ({
      point: id,
      path: [],
      what: `"${address.word}" is nothing that a locating system tells of itself`,
      why: `it tells ${feedQuantities.join(', ')}; positions and tag states are no points`,
      todo: suggest(address.word, feedQuantities, 'write one of these'),
    }));
