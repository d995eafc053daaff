import { bad, type Quality } from '#agent/model/quality.ts';
import type { ModbusAddress } from './address.ts';
import type { Sentinel } from './sentinel.ts';
import { decodeText } from './decode-text.ts';
import { byteAt, type ByteOrder, type ValueType } from './value-type.ts';

/** A value, or the quality that says why there is none. */
type Decoded = number | boolean | string | Quality;

/**
 * Reads one value out of a reply. `at` is the byte (for coils and discrete inputs the bit) where the value begins.
 * Compiled once for each point, because a value is decoded ten thousand times a second.
 */
export type Decoder = (bytes: Uint8Array, at: number) => Decoded;

const UNDECODABLE = bad('decode');
const NO_VALUE = bad('sentinel');

/** Where the exponent's register stands it must have been read in the same request; the planner sees to that. */
export function compileDecoder(address: ModbusAddress, order: ByteOrder): Decoder {
  const { type } = address;
  if (type === undefined) return (bytes, at) => (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
  if (type === 'string') return decodeText(address.registers, address.encoding, byteAt(order, 2)[0] === 1);
  const number = address.registers === 4 ? compileLong(address, order, type) : compileShort(address, order, type);
  return withExponent(number, address, order);
}

/** One and two registers: the raw value is an unsigned number of at most 32 bits. */
function compileShort(address: ModbusAddress, order: ByteOrder, type: ValueType): Decoder {
  const read = address.registers === 1 ? compileRead16(order) : compileRead32(order);
  const interpret = shortInterpreters[type]?.(address.digits) ?? (() => NaN);
  const { patterns, values } = sentinelSets(address.bad, Number);
  const take = address.bits && takeBits(address.bits.first, address.bits.last);
  const hasSentinels = patterns.size + values.size > 0;
  return (bytes, at) => {
    const raw = read(bytes, at);
    const value = interpret(raw);
    if (hasSentinels && (patterns.has(raw) || values.has(value))) return NO_VALUE;
    if (!Number.isFinite(value)) return UNDECODABLE;
    return take ? take(raw) : value;
  };
}

/** Four registers: the raw value is a bigint, because a number would lose its last bits. */
function compileLong(address: ModbusAddress, order: ByteOrder, type: ValueType): Decoder {
  const positions = byteAt(order, 8);
  const { patterns, values } = sentinelSets(address.bad, BigInt);
  const { bits } = address;
  const width = bits && BigInt(bits.last - bits.first + 1);
  return (bytes, at) => {
    let raw = 0n;
    for (const position of positions) raw = (raw << 8n) | BigInt(bytes[at + position] ?? 0);
    const value = interpretLong(raw, type);
    if (patterns.has(raw) || values.has(value)) return NO_VALUE;
    if (bits && width !== undefined)
      return bitsAsValue(BigInt.asUintN(Number(width), raw >> BigInt(bits.first)), width);
    return Number.isFinite(value) ? value : UNDECODABLE;
  };
}

function bitsAsValue(taken: bigint, width: bigint): Decoded {
  if (width === 1n) return taken === 1n;
  return taken <= Number.MAX_SAFE_INTEGER ? Number(taken) : UNDECODABLE;
}

function compileRead16(order: ByteOrder): (bytes: Uint8Array, at: number) => number {
  const [a = 0, b = 1] = byteAt(order, 2);
  return (bytes, at) => ((bytes[at + a] ?? 0) << 8) | (bytes[at + b] ?? 0);
}

function compileRead32(order: ByteOrder): (bytes: Uint8Array, at: number) => number {
  const [a = 0, b = 1, c = 2, d = 3] = byteAt(order, 4);
  return (bytes, at) =>
    (((bytes[at + a] ?? 0) << 24) |
      ((bytes[at + b] ?? 0) << 16) |
      ((bytes[at + c] ?? 0) << 8) |
      (bytes[at + d] ?? 0)) >>>
    0;
}

type Interpret = (raw: number) => number;

/** From the unsigned bit pattern to the number; NaN where the pattern is no valid value of the type. */
const shortInterpreters: Partial<Record<ValueType, (digits: number) => Interpret>> = {
  uint16: () => (raw) => raw,
  uint32: () => (raw) => raw,
  int16: () => (raw) => (raw << 16) >> 16,
  int32: () => (raw) => raw | 0,
  float16: () => halfFloat,
  float32: () => {
    const scratch = new DataView(new ArrayBuffer(4));
    return (raw) => {
      scratch.setUint32(0, raw);
      return scratch.getFloat32(0);
    };
  },
  bcd16: () => (raw) => packedDecimal(raw, 4),
  bcd32: () => (raw) => packedDecimal(raw, 8),
  signmag16: () => (raw) => (raw >= 0x8000 ? 0 - (raw & 0x7fff) : raw),
  signmag32: () => (raw) => (raw >= 0x8000_0000 ? 0 - (raw & 0x7fff_ffff) : raw),
  bytedecimal: (digits) => {
    const one = 10 ** digits;
    return (raw) => ((raw & 0xff) < one ? ((raw >> 8) * one + (raw & 0xff)) / one : NaN);
  },
};

/** NaN also where the number has more digits than a JavaScript number can hold: no digit is ever lost silently. */
function interpretLong(raw: bigint, type: ValueType): number {
  if (type === 'float64') {
    const view = new DataView(new ArrayBuffer(8));
    view.setBigUint64(0, raw);
    return view.getFloat64(0);
  }
  const whole = type === 'int64' ? BigInt.asIntN(64, raw) : type === 'bcd64' ? longPackedDecimal(raw) : raw;
  const value = Number(whole);
  return Number.isSafeInteger(value) ? value : NaN;
}

function packedDecimal(raw: number, digits: number): number {
  let value = 0;
  for (let shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    const digit = (raw >>> shift) & 0xf;
    if (digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

function longPackedDecimal(raw: bigint): number {
  const high = packedDecimal(Number(raw >> 32n), 8);
  const low = packedDecimal(Number(raw & 0xffff_ffffn), 8);
  return high * 1e8 + low;
}

function halfFloat(raw: number): number {
  const sign = raw >= 0x8000 ? -1 : 1;
  const exponent = (raw >> 10) & 0x1f;
  const fraction = raw & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function takeBits(first: number, last: number): (raw: number) => Decoded {
  if (first === last) return (raw) => ((raw >>> first) & 1) === 1;
  const mask = 2 ** (last - first + 1) - 1;
  return (raw) => ((raw >>> first) & mask) >>> 0;
}

/** Devices use powers of ten within the range of a float; anything else is no exponent register. */
const LARGEST_EXPONENT = 30;

function withExponent(decode: Decoder, address: ModbusAddress, order: ByteOrder): Decoder {
  if (address.exponent === undefined) return decode;
  const readExponent = compileRead16(order);
  const distance = (address.exponent - address.register) * 2;
  return (bytes, at) => {
    const mantissa = decode(bytes, at);
    const exponent = (readExponent(bytes, at + distance) << 16) >> 16;
    if (typeof mantissa !== 'number') return mantissa;
    if (Math.abs(exponent) > LARGEST_EXPONENT) return UNDECODABLE;
    return exponent < 0 ? mantissa / 10 ** -exponent : mantissa * 10 ** exponent;
  };
}

function sentinelSets<Raw>(sentinels: readonly Sentinel[], toRaw: (pattern: bigint) => Raw) {
  const patterns = new Set<Raw>();
  const values = new Set<number>();
  for (const sentinel of sentinels) {
    if ('pattern' in sentinel) patterns.add(toRaw(sentinel.pattern));
    else values.add(sentinel.value);
  }
  return { patterns, values };
}
