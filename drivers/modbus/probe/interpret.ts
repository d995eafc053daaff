import { addressSchema } from '../address.ts';
import { compileDecoder, type Decoder } from '../decode.ts';
import { byteOrders, registersOf, type ByteOrder, type ValueType } from '../value-type.ts';

/** One way to read registers. */
export interface Interpretation {
  readonly type: ValueType;
  /** Absent for values of one register read as they come. */
  readonly order?: ByteOrder;
  readonly value: number;
}

interface Reader extends Omit<Interpretation, 'value'> {
  readonly registers: number;
  readonly decode: Decoder;
}

const numericTypes = (Object.keys(registersOf) as ValueType[]).filter((type) => type !== 'string');

/** Orders that differ for a type: two for one register, four for more. */
const ordersOf = (type: ValueType): readonly ByteOrder[] => (registersOf[type] === 1 ? ['ABCD', 'BADC'] : byteOrders);

const readers: readonly Reader[] = numericTypes.flatMap((type) =>
  ordersOf(type).map((order): Reader => {
    const isPlain = registersOf[type] === 1 && order === 'ABCD';
    const address = addressSchema.parse({ at: 'holding:0', type, order });
    return { type, registers: registersOf[type], decode: compileDecoder(address, order), ...(!isPlain && { order }) };
  }),
);

/** Every number that the registers from byte `at` on can mean. Types whose bytes are no valid value are left out. */
export function interpretations(bytes: Uint8Array, at: number): Interpretation[] {
  return readers.flatMap(({ type, order, registers, decode }) => {
    if (at + registers * 2 > bytes.length) return [];
    const value = decode(bytes, at);
    return typeof value === 'number' ? [{ type, value, ...(order && { order }) }] : [];
  });
}
