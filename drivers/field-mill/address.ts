import { z } from 'zod';
import { suggest } from '#config/nearest.ts';
import type { AddressedPoint, ConfigIssue } from '#config/source-kind.ts';

/** What a point can be of one mill. */
export const millQuantities = [
  'field',
  'peak',
  'step',
  'jumps',
  'jumps-total',
  'over-range',
  'fault',
  'stuck',
  'damaged',
] as const;

export type MillQuantity = (typeof millQuantities)[number];

/** Absent: a word that means nothing to this kind of device. */
export interface MillAddress {
  readonly word: string;
  readonly quantity?: MillQuantity;
}

/** A word of the list, so that editors offer it; any other is told by `check`, with its point and place. */
export const addressSchema = z
  .union([z.enum(millQuantities), z.string().regex(/^[a-z][a-z-]*$/)])
  .meta({ description: 'What of the mill', examples: [...millQuantities] })
  .transform((word): MillAddress => {
    const quantity = millQuantities.find((known) => known === word);
    return quantity ? { word, quantity } : { word };
  });

export const check = (_options: unknown, points: readonly AddressedPoint<MillAddress>[]): readonly ConfigIssue[] =>
  points
    .filter(({ address }) => address.quantity === undefined)
    .map(({ id, address }) => ({
      point: id,
      path: [],
      what: `"${address.word}" is nothing that a field mill tells`,
      why: `it tells ${millQuantities.join(', ')}`,
      todo: suggest(address.word, millQuantities, 'write one of these'),
    }));
