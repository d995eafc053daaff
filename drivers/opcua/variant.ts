import type { Variant } from 'node-opcua-client';
import type { SampleValue } from '#agent/model/sample.ts';
import type { PathStep } from './address.ts';

/** The value has no such part, or what is there is no single value. */
export const NOT_THERE = Symbol('no such part');

/** A structure is in the way whose type has yet to be asked of the server. */
export const NOT_YET_KNOWN = Symbol('type not yet known');

export type Part = SampleValue | typeof NOT_THERE | typeof NOT_YET_KNOWN;

/** Opens what the wire delivers closed: a structure of the server's own type. Gives everything else back as it is. */
export type OpenStructure = (value: object) => unknown;

const openNothing: OpenStructure = (value) => value;

/** DataType numbers of OPC 10000-6 §5.1.2 whose decoded form needs care. */
const INT64 = 8;
const UINT64 = 9;
/** Numbers of VariantArrayType. */
const SCALAR = 0;
const MATRIX = 2;

/** What of a variant is needed here. Numbers, not the library's enumerations: this file is pure and loads no library. */
type VariantLike = Pick<Variant, 'value' | 'dimensions'> & { readonly dataType: number; readonly arrayType: number };

/** The part of a variant at a path, as a sample's value. */
export function variantAt(variant: VariantLike, path: readonly PathStep[], open = openNothing): Part {
  const { dataType, arrayType } = variant;
  let value: unknown = variant.value;
  if (dataType === INT64 || dataType === UINT64) {
    const isSigned = dataType === INT64;
    if (arrayType === SCALAR) value = int64(value, isSigned);
    else if (Array.isArray(value)) value = value.map((element) => int64(element, isSigned));
  }
  if (arrayType !== MATRIX) return valueAt(value, path, open);
  const flat = flatPath(path, variant.dimensions ?? []);
  return flat ? valueAt(value, flat, open) : NOT_THERE;
}

/** A matrix comes as one list, row by row (OPC 10000-6 §5.2.2.16): one index for each dimension becomes one. */
function flatPath(path: readonly PathStep[], dimensions: readonly number[]): PathStep[] | undefined {
  let index = 0;
  for (const [place, length] of dimensions.entries()) {
    const step = path[place];
    if (typeof step !== 'number' || step >= length) return undefined;
    index = index * length + step;
  }
  return [index, ...path.slice(dimensions.length)];
}

/** The part of a decoded value at a path. */
export function valueAt(value: unknown, path: readonly PathStep[]): SampleValue | typeof NOT_THERE;
export function valueAt(value: unknown, path: readonly PathStep[], open: OpenStructure): Part;
export function valueAt(value: unknown, path: readonly PathStep[], open = openNothing): Part {
  let here = opened(value, open);
  let place = 0;
  for (const step of path) {
    if (isVariant(here)) return variantAt(here, path.slice(place), open);
    if (here === NOT_YET_KNOWN) return NOT_YET_KNOWN;
    place += 1;
    here = opened(typeof step === 'number' ? elementOf(here, step) : fieldOf(here, step), open);
    if (here === undefined) return NOT_THERE;
  }
  if (here === NOT_YET_KNOWN) return NOT_YET_KNOWN;
  return isVariant(here) ? variantAt(here, [], open) : scalarOf(here);
}

const opened = (value: unknown, open: OpenStructure): unknown =>
  typeof value === 'object' && value !== null ? open(value) : value;

/** An array or a field of type BaseDataType holds variants. */
const isVariant = (value: unknown): value is VariantLike =>
  typeof value === 'object' && value !== null && 'dataType' in value && 'arrayType' in value;

const elementOf = (value: unknown, index: number): unknown =>
  Array.isArray(value) || isTypedArray(value) ? value[index] : undefined;

/** Field names are taken as the server declares them; the library lowers their first letter. */
function fieldOf(value: unknown, field: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  const record = value as Record<string, unknown>;
  const name = field in record ? field : field.charAt(0).toLowerCase() + field.slice(1);
  if (!Object.hasOwn(record, name)) return undefined;
  const field64 = declared64(record, name);
  const found = record[name];
  if (!field64) return found;
  const isSigned = field64.fieldType === 'Int64';
  if (!field64.isArray) return int64(found, isSigned);
  return Array.isArray(found) ? found.map((element) => int64(element, isSigned)) : undefined;
}

interface FieldSchema {
  readonly name: string;
  readonly fieldType: string;
  readonly isArray?: boolean;
}

/** Structures carry their schema; it alone tells a 64-bit integer (two words) from an array of two. */
function declared64(structure: Record<string, unknown>, name: string): FieldSchema | undefined {
  const schema = structure['schema'] as { readonly fields?: readonly FieldSchema[] } | undefined;
  const field = schema?.fields?.find((each) => each.name === name);
  return field?.fieldType === 'Int64' || field?.fieldType === 'UInt64' ? field : undefined;
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
