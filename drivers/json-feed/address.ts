import { z } from 'zod';
import { feedQuantities, type FeedAddress } from '../locating/address.ts';
import { expression, type Expression } from '#config/expression.ts';

/** A value out of messages. */
export interface ValueAddress {
  readonly value: Expression;
  /** Only messages for which this is true say something of the point. */
  readonly when?: Expression | undefined;
  readonly time?: Expression | undefined;
  /** False: the sender itself does not believe the value. */
  readonly valid?: Expression | undefined;
}

export type JsonAddress = FeedAddress | ValueAddress;

const valueSchema = z.strictObject({
  value: expression('The value', 'sensors.temperature', "data[?id=='T1'] | [0].value"),
  when: expression('Only messages for which this is true say something of the point', "device == 'robot-1'").optional(),
  time: expression('When it was so: seconds or milliseconds since 1970, or a text').optional(),
  valid: expression('Where this is false, the value is bad', "status == 'ok'").optional(),
});

/** A diagnostic word, an expression, or an expression with what belongs to it. */
export const addressSchema = z.union([
  z.enum(feedQuantities).transform((quantity): JsonAddress => ({ word: quantity, quantity })),
  expression('The value').transform((value): JsonAddress => ({ value })),
  valueSchema.transform((address): JsonAddress => address),
]);

export const isValueAddress = (address: JsonAddress): address is ValueAddress => 'value' in address;
