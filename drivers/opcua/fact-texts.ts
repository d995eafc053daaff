import type { NodeId } from 'node-opcua-client';

/** Properties of OPC 10000-8 §5.3 by which a variable says what its numbers mean. */
export type Property = 'EURange' | 'EngineeringUnits' | 'EnumStrings' | 'EnumValues' | 'TrueState' | 'FalseState';

/** What a fact is made of: a property, or an attribute of the node or of its data type. */
export type Asked = Property | 'Description' | 'DataTypeDefinition';

export interface FactText {
  /** Behind the point's id: `range`, `unit`, `description`, `state.1`. */
  readonly name: string;
  readonly text: string;
}

/** More states than this are a list of articles, no states of a plant. */
const MOST_STATES = 100;

/** Numbers of the built-in data types, OPC 10000-6 §5.1.2. */
const BOOLEAN = 1;
const FIRST_INTEGER = 2;
const LAST_INTEGER = 9;
const textual = new Set([12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
/** BaseDataType, Number, Integer and UInteger: a server that names these says little about its values. */
const abstractTypes = new Set([24, 26, 27, 28]);

/** Which properties a variable of a data type may have; asking for others only loads the server. */
export function propertiesFor({ namespace, value }: Pick<NodeId, 'namespace' | 'value'>): readonly Property[] {
  const type = namespace === 0 ? Number(value) : Number.NaN;
  if (type === BOOLEAN) return ['TrueState', 'FalseState'];
  if (textual.has(type)) return [];
  const isInteger = (type >= FIRST_INTEGER && type <= LAST_INTEGER) || abstractTypes.has(type);
  return isInteger ? ['EURange', 'EngineeringUnits', 'EnumStrings', 'EnumValues'] : ['EURange', 'EngineeringUnits'];
}

/** What a value of the server says, as text. Empty when it says nothing, or is not of the type that it should be. */
export const factsFrom = (asked: Asked, value: unknown): FactText[] => readers[asked](value);

const readers: Readonly<Record<Asked, (value: unknown) => FactText[]>> = {
  EURange: rangeOf,
  EngineeringUnits: (value) => textFact('unit', fieldOf(value, 'displayName')),
  Description: (value) => textFact('description', value),
  TrueState: (value) => textFact('state.true', value),
  FalseState: (value) => textFact('state.false', value),
  EnumStrings: (value) => listOf(value).flatMap((text, index) => textFact(`state.${index}`, text)),
  EnumValues: (value) => listOf(value).flatMap(stateOf),
  // An EnumDefinition; the fields of a structure have no value.
  DataTypeDefinition: (value) => listOf(fieldOf(value, 'fields')).flatMap(stateOf),
};

function rangeOf(value: unknown): FactText[] {
  const low = fieldOf(value, 'low');
  const high = fieldOf(value, 'high');
  return typeof low === 'number' && typeof high === 'number' ? [{ name: 'range', text: `${low} … ${high}` }] : [];
}

/** EnumValueType and EnumField: a number (64 bits, as two words) and its text. */
function stateOf(field: unknown): FactText[] {
  const words = fieldOf(field, 'value');
  if (!Array.isArray(words) || words.length !== 2) return [];
  const number = BigInt.asIntN(64, (BigInt(words[0] as number) << 32n) | BigInt(words[1] as number));
  const [shown] = textFact('', fieldOf(field, 'displayName'));
  const text = shown?.text ?? fieldOf(field, 'name');
  return typeof text === 'string' && text !== '' ? [{ name: `state.${number}`, text }] : [];
}

function textFact(name: string, localized: unknown): FactText[] {
  const text = fieldOf(localized, 'text');
  return typeof text === 'string' && text !== '' ? [{ name, text }] : [];
}

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[field] : undefined;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.slice(0, MOST_STATES) : []);
