import type { Variant } from 'node-opcua-client';
import type { SampleValue } from '#agent/model/sample.ts';
import type { PathStep } from './address.ts';

/** The value has no such part, or what is there is no single value. */
export const NOT_THERE = Symbol('no such part');

/** DataType numbers of OPC 10000-6 §5.1.2 whose decoded form needs care. */
const INT64 = 8;
const UINT64 = 9;
/** VariantArrayType.Scalar */
const SCALAR = 0;

/** The part of a variant at a path, as a sample's value. */
export function variantAt(variant: Variant, path: readonly PathStep[]): SampleValue | typeof NOT_THERE {
  // Numbers, not the library's enumerations: this file is pure and loads no library.
  const dataType: number = variant.dataType;
  const arrayType: number = variant.arrayType;
  const value: unknown = variant.value;
  if (dataType !== INT64 && dataType !== UINT64) return valueAt(value, path);
  const isSigned = dataType === INT64;
  if (arrayType === SCALAR) return valueAt(int64(value, isSigned), path);
  return valueAt(Array.isArray(value) ? value.map((element) => int64(element, isSigned)) : value, path);
}

/** The part of a decoded value at a path. */
export function valueAt(value: unknown, path: readonly PathStep[]): SampleValue | typeof NOT_THERE {
  let here = value;
  for (const step of path) {
    here = typeof step === 'number' ? elementOf(here, step) : fieldOf(here, step);
    if (here === undefined) return NOT_THERE;
  }
  return scalarOf(here);
}

const elementOf = (value: unknown, index: number): unknown =>
  Array.isArray(value) || isTypedArray(value) ? value[index] : undefined;

/** Field names are taken as the server declares them; the library lowers their first letter. */
function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Record<string, unknown>;
  const name = field in record ? field : field.charAt(0).toLowerCase() + field.slice(1);
  if (!Object.hasOwn(record, name)) return undefined;
  const type = declaredType(record, name);
  return type === 'Int64' || type === 'UInt64' ? int64(record[name], type === 'Int64') : record[name];
}

/** Structures carry their schema; it alone tells a 64-bit integer (two words) from an array of two. */
function declaredType(structure: Record<string, unknown>, name: string): string | undefined {
  const schema = structure['schema'] as
    | { readonly fields?: readonly { name: string; fieldType: string }[] }
    | undefined;
  return schema?.fields?.find((field) => field.name === name)?.fieldType;
}

const isTypedArray = (value: unknown): value is ArrayLike<unknown> =>
  ArrayBuffer.isView(value) && !(value instanceof DataView) && !Buffer.isBuffer(value);

function scalarOf(value: unknown): SampleValue | typeof NOT_THERE {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (typeof value === 'object' && value !== null) return scalarOfObject(value);
  return null;
}

function scalarOfObject(value: object): SampleValue | typeof NOT_THERE {
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (Array.isArray(value) || isTypedArray(value)) return NOT_THERE;
  return textOf(value as Record<string, unknown>);
}

/** LocalizedText has text and locale, QualifiedName has name and namespaceIndex; any other structure needs a path. */
function textOf(value: Record<string, unknown>): SampleValue | typeof NOT_THERE {
  const { text, name } = value;
  if ('locale' in value && (typeof text === 'string' || text === null)) return text;
  if ('namespaceIndex' in value && typeof name === 'string') return name;
  return NOT_THERE;
}

/** The library decodes 64-bit integers as [high, low] words; an odd shape is passed on to be refused by the caller. */
function int64(value: unknown, isSigned: boolean): unknown {
  if (!Array.isArray(value) || value.length !== 2) return value;
  const words = (BigInt(value[0] as number) << 32n) | BigInt(value[1] as number);
  return isSigned ? BigInt.asIntN(64, words) : BigInt.asUintN(64, words);
}
