import { coerceLocalizedText, coerceQualifiedName, DataType, Variant, VariantArrayType } from 'node-opcua-client';
import { expect, test } from 'vitest';
import { NOT_THERE, valueAt, variantAt } from '#drivers/opcua/variant.ts';

const of = (dataType: DataType, value: unknown) => new Variant({ dataType, arrayType: VariantArrayType.Scalar, value });

test.each([
  ['Double', 1.5, 1.5],
  ['Boolean', true, true],
  ['String', '运行', '运行'],
  ['Int64', [0xffffffff, 0xfffffffe], -2],
  ['UInt64', [1, 0], 4294967296],
  ['UInt64', [0xffffffff, 0xffffffff], '18446744073709551615'],
  ['ByteString', Buffer.from([1, 255]), '01ff'],
  ['DateTime', new Date(0), '1970-01-01T00:00:00.000Z'],
] as const)('a %s becomes one value', (dataType, value, expected) =>
  expect(variantAt(of(DataType[dataType], value), [])).toBe(expected),
);

test('localized text and qualified name become their text', () => {
  expect(variantAt(of(DataType.LocalizedText, coerceLocalizedText('开')), [])).toBe('开');
  expect(variantAt(of(DataType.QualifiedName, coerceQualifiedName({ name: 'x', namespaceIndex: 1 })), [])).toBe('x');
});

test('an empty variant is no value', () => expect(variantAt(new Variant(), [])).toBeNull());

test('an array needs an index that it has', () => {
  const array = new Variant({
    dataType: DataType.Double,
    arrayType: VariantArrayType.Array,
    value: new Float64Array([1, 2, 3]),
  });
  expect(variantAt(array, [2])).toBe(3);
  expect(variantAt(array, [3])).toBe(NOT_THERE);
  expect(variantAt(array, [])).toBe(NOT_THERE);
});

test('a 64-bit element of an array keeps its whole value', () => {
  const array = new Variant({
    dataType: DataType.Int64,
    arrayType: VariantArrayType.Array,
    value: [
      [0, 7],
      [0xffffffff, 0xffffffff],
    ],
  });
  expect(variantAt(array, [1])).toBe(-1);
});

test('a structure is walked by field names as the server declares them', () => {
  const pump = {
    schema: { fields: [{ name: 'runHours', fieldType: 'UInt64' }] },
    motor: { speed: 1480 },
    runHours: [0, 9],
  };
  expect(valueAt(pump, ['Motor', 'Speed'])).toBe(1480);
  expect(valueAt(pump, ['RunHours'])).toBe(9);
  expect(valueAt(pump, ['Motor', 'Torque'])).toBe(NOT_THERE);
  expect(valueAt(pump, ['toString'])).toBe(NOT_THERE);
  expect(valueAt(pump, [])).toBe(NOT_THERE);
});
