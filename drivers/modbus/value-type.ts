/**
 * The four tables of a Modbus device. `coil` and `discrete` hold single bits (function codes 01 and 02), `holding` and
 * `input` hold 16-bit registers (03 and 04).
 */
export const areas = ['coil', 'discrete', 'input', 'holding'] as const;
export type Area = (typeof areas)[number];

export const isBitArea = (area: Area): boolean => area === 'coil' || area === 'discrete';

/** How registers become a value, with the number of registers; 0 where the address says how many. */
export const registersOf = {
  int16: 1,
  uint16: 1,
  int32: 2,
  uint32: 2,
  int64: 4,
  uint64: 4,
  float16: 1,
  float32: 2,
  float64: 4,
  bcd16: 1,
  bcd32: 2,
  bcd64: 4,
  signmag16: 1,
  signmag32: 2,
  bytedecimal: 1,
  string: 0,
} as const;

export type ValueType = keyof typeof registersOf;
export const valueTypes = Object.keys(registersOf) as ValueType[];

/** Whole numbers, of which single bits can be taken. */
export const unsignedTypes: readonly ValueType[] = ['uint16', 'uint32', 'uint64'];

/** Types that an exponent register can scale. */
export const integerTypes: readonly ValueType[] = [
  'int16',
  'uint16',
  'int32',
  'uint32',
  'bcd16',
  'bcd32',
  'signmag16',
  'signmag32',
];

/**
 * Where the bytes of a value stand on the wire; A is the most significant byte.
 *
 * For four bytes the letters are the bytes. For eight bytes the four-letter orders mean the same rule: CDAB reverses the
 * words, BADC swaps the bytes inside every word, DCBA does both. The four remaining ways to send eight bytes, which swap
 * the halves but not all words, are spelled out with eight letters, so that no order has two names.
 */
export const byteOrders = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
export const longByteOrders = ['EFGHABCD', 'CDABGHEF', 'FEHGBADC', 'DCBAHGFE'] as const;
export type ByteOrder = (typeof byteOrders)[number] | (typeof longByteOrders)[number];

const spelled: Readonly<Record<ByteOrder, string>> = {
  ABCD: 'ABCDEFGH',
  CDAB: 'GHEFCDAB',
  BADC: 'BADCFEHG',
  DCBA: 'HGFEDCBA',
  EFGHABCD: 'EFGHABCD',
  CDABGHEF: 'CDABGHEF',
  FEHGBADC: 'FEHGBADC',
  DCBAHGFE: 'DCBAHGFE',
};

/**
 * Wire position of each byte, most significant first: `byteAt('CDAB', 4)` is `[2, 3, 0, 1]`, because byte A comes third.
 * Of two bytes only the order inside the word matters: BADC and DCBA swap them.
 */
export function byteAt(order: ByteOrder, bytes: 2 | 4 | 8): readonly number[] {
  const wire = bytes === 8 ? spelled[order] : bytes === 4 ? order : order === 'ABCD' || order === 'CDAB' ? 'AB' : 'BA';
  return Array.from({ length: bytes }, (_, byte) => wire.indexOf('ABCDEFGH'.charAt(byte)));
}

export const encodings = ['ascii', 'utf-8', 'gbk', 'utf-16'] as const;
export type Encoding = (typeof encodings)[number];
