import { z } from 'zod';
import { refuse, type Fault } from '#config/fault.ts';
import { isPlaceFault, parsePlace, parsePlaceLike } from './place.ts';
import { parseSentinels, type Sentinel } from './sentinel.ts';
import {
  byteOrders,
  encodings,
  integerTypes,
  isBitArea,
  longByteOrders,
  registersOf,
  unsignedTypes,
  valueTypes,
  type Area,
  type ByteOrder,
  type Encoding,
  type ValueType,
} from './value-type.ts';

/** Where and how one point stands in a device. */
export interface ModbusAddress {
  readonly area: Area;
  /** Wire address of the value's first register (or bit), 0 to 65535. */
  readonly register: number;
  /** Registers that the value takes; 1 for a coil or discrete input. */
  readonly registers: number;
  /** Absent for coils and discrete inputs. */
  readonly type?: ValueType;
  /** Absent: the source's own order. */
  readonly order?: ByteOrder;
  /** Absent: the source's own unit. */
  readonly unit?: number;
  /** Bits of the whole number, 0 the least significant. One bit makes a boolean, a range a number. */
  readonly bits?: { readonly first: number; readonly last: number };
  readonly encoding: Encoding;
  /** Decimal places in the low byte of a `bytedecimal`. */
  readonly digits: number;
  /** Wire address of an int16 register: the value is `mantissa × 10^exponent`. */
  readonly exponent?: number;
  /** Raw values by which the device says that it has no value. */
  readonly bad: readonly Sentinel[];
  /** Points of one unit with the same group are read in one request, always. */
  readonly group?: string;
}

const fields = z.strictObject({
  at: z.string().meta({
    description: 'Where: holding:16, holding:0x10 (both from 0), holding:#17 (from 1) or modicon:40017',
  }),
  type: z.enum(valueTypes).optional().meta({ description: 'How the registers become a value; none for bits' }),
  order: z
    .enum([...byteOrders, ...longByteOrders])
    .optional()
    .meta({ description: 'Byte order on the wire, A the most significant; default: the order of the source' }),
  unit: z.int().min(0).max(255).optional().meta({ description: 'Unit id; default: the unit of the source' }),
  bit: z.int().min(0).max(63).optional().meta({ description: 'One bit of a whole number, 0 the least significant' }),
  bits: z
    .string()
    .regex(/^\d{1,2}\.\.\d{1,2}$/)
    .optional()
    .meta({ description: 'Bits of a whole number as a number, first..last, 0 the least significant' }),
  registers: z.int().min(1).max(125).optional().meta({ description: 'Length of a string in registers' }),
  encoding: z.enum(encodings).optional().meta({ description: 'Encoding of a string; default ascii' }),
  digits: z.int().min(1).max(2).optional().meta({ description: 'Decimal places of a bytedecimal; default 1' }),
  exponent: z.string().optional().meta({ description: 'Register of the power of ten, in the notation of `at`' }),
  bad: z
    .string()
    .optional()
    .meta({ description: 'Raw values that mean "no value", with commas; hexadecimal compares the bit pattern' }),
  group: z.string().min(1).optional().meta({ description: 'Points of one group are always read in one request' }),
});

type Fields = z.infer<typeof fields>;
const numeric = new Set(['unit', 'bit', 'registers', 'digits']);

/** A point's `address`: text such as `holding:0x10 float32 CDAB unit=3`, or the same words as an object. */
export const addressSchema = z
  .union([z.string().meta({ examples: ['holding:0x10 float32 CDAB unit=3', 'modicon:10001'] }), fields])
  .transform((written, context): ModbusAddress => {
    const parsed = typeof written === 'string' ? parseText(written) : written;
    const address = isFault(parsed) ? parsed : resolve(parsed);
    if (!isFault(address)) return address;
    refuse(context, address);
    return z.NEVER;
  });

function parseText(text: string): Fields | Fault {
  const [at = '', ...words] = text.trim().split(/\s+/);
  const found: Record<string, string | number> = { at };
  for (const word of words) {
    const [key, value] = readWord(word);
    if (key in found)
      return { what: `"${word}" says ${key} twice`, why: 'a value has one of each', todo: 'remove one of them' };
    found[key] = value;
  }
  const result = fields.safeParse(found);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const word = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : String(issue?.path[0] ?? '');
  return {
    what: `"${word}" in address "${text}" is not understood`,
    why: `${issue?.message ?? 'it is no part of an address'}; after the place come a type (${valueTypes.join(', ')}), an order (${byteOrders.join(', ')}) and keys such as unit=3`,
    todo: 'write for example "holding:0x10 float32 CDAB unit=3" or "holding:0x11 bit=3"',
  };
}

function readWord(word: string): [string, string | number] {
  const equals = word.indexOf('=');
  if (equals > 0) {
    const key = word.slice(0, equals);
    const value = word.slice(equals + 1);
    return [key, numeric.has(key) && /^\d+$/.test(value) ? Number(value) : value];
  }
  if ((valueTypes as readonly string[]).includes(word)) return ['type', word];
  return /^[A-H]{4}([A-H]{4})?$/.test(word) ? ['order', word] : [word, ''];
}

function resolve(fields: Fields): ModbusAddress | Fault {
  const place = parsePlace(fields.at);
  if (isPlaceFault(place)) return place;
  const bits = bitRange(fields);
  const type = isBitArea(place.area) ? undefined : (fields.type ?? (bits ? 'uint16' : undefined));
  const exponent = fields.exponent === undefined ? undefined : parsePlaceLike(fields.at, fields.exponent);
  if (exponent && isPlaceFault(exponent)) return exponent;
  const bad = parseSentinels(fields.bad ?? '');
  if (!Array.isArray(bad)) return bad;
  const registers = type === undefined ? 1 : type === 'string' ? (fields.registers ?? 0) : registersOf[type];
  const address: ModbusAddress = {
    area: place.area,
    register: place.register,
    registers,
    encoding: fields.encoding ?? 'ascii',
    digits: fields.digits ?? 1,
    bad,
    ...(type && { type }),
    ...(fields.order && { order: fields.order }),
    ...(fields.unit !== undefined && { unit: fields.unit }),
    ...(bits && { bits }),
    ...(exponent && { exponent: exponent.register }),
    ...(fields.group && { group: fields.group }),
  };
  return faultOf(fields, address) ?? address;
}

function bitRange({ bit, bits }: Fields): { first: number; last: number } | undefined {
  if (bit !== undefined) return { first: bit, last: bit };
  if (bits === undefined) return undefined;
  const [first = 0, last = 0] = bits.split('..').map(Number);
  return { first, last };
}

/** What a field alone cannot tell: which words belong together. */
function faultOf(fields: Fields, address: ModbusAddress): Fault | undefined {
  const { at } = fields;
  const { area, type, bits, order } = address;
  const fault = (what: string, why: string, todo: string): Fault => ({ what: `"${at}": ${what}`, why, todo });
  if (isBitArea(area)) {
    const extra = (
      ['type', 'order', 'bit', 'bits', 'registers', 'encoding', 'digits', 'exponent', 'bad'] as const
    ).find((key) => fields[key] !== undefined);
    return extra && fault(`${extra} given`, `a ${area} is a single bit`, `remove ${extra}`);
  }
  if (!type) return fault('no type', `registers can mean anything; expected ${valueTypes.join(', ')}`, 'add the type');
  if (fields.bit !== undefined && fields.bits !== undefined)
    return fault('bit and bits given', 'one of them is enough', 'remove one');
  if (bits && !unsignedTypes.includes(type))
    return fault(`bits of ${type}`, `bits can be taken of ${unsignedTypes.join(', ')}`, 'change the type');
  if (bits && (bits.last < bits.first || bits.last >= address.registers * 16))
    return fault(
      `bits ${bits.first}..${bits.last}`,
      `${type} has bits 0..${address.registers * 16 - 1}`,
      'correct them',
    );
  if (type === 'string' && fields.registers === undefined)
    return fault('string without its length', 'a string has no end of its own', 'add registers=N');
  if (type !== 'string' && (fields.registers !== undefined || fields.encoding !== undefined))
    return fault('registers or encoding given', 'they belong to strings', 'remove them');
  if (type !== 'bytedecimal' && fields.digits !== undefined)
    return fault('digits given', 'they belong to bytedecimal', 'remove digits');
  if (order && (type === 'string' || address.registers === 1) && order !== 'ABCD' && order !== 'BADC')
    return fault(`order ${order}`, 'only the bytes inside the register can be swapped here', 'write ABCD or BADC');
  if (order && order.length === 8 && address.registers !== 4)
    return fault(
      `order ${order}`,
      'eight letters belong to values of 64 bits',
      `write one of ${byteOrders.join(', ')}`,
    );
  if (address.exponent !== undefined && !integerTypes.includes(type))
    return fault(`exponent of ${type}`, `an exponent scales ${integerTypes.join(', ')}`, 'remove exponent');
  if (address.bad.length > 0 && type === 'string')
    return fault('bad values of a string', 'they are numbers', 'remove bad');
  if (address.register + address.registers > 65536)
    return fault('value ends behind register 65535', 'there is none', 'correct the address');
  return undefined;
}

const isFault = (value: object): value is Fault => 'todo' in value;
