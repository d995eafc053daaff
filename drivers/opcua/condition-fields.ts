import type { StatusCode, Variant } from 'node-opcua-client';
import { STANDARD_NAMESPACE, formatAddress } from './address.ts';
import { variantAt } from './variant.ts';

const BASE_EVENT = 'ns=0;i=2041';
const CONDITION = 'ns=0;i=2782';
const ACKNOWLEDGEABLE = 'ns=0;i=2881';
const ALARM = 'ns=0;i=2915';

/** What is asked of each event: the type that declares a field, and the field's browse path (OPC 10000-9 §5.5 to §5.8). */
const declaredBy = {
  EventId: BASE_EVENT,
  EventType: BASE_EVENT,
  SourceNode: BASE_EVENT,
  SourceName: BASE_EVENT,
  Time: BASE_EVENT,
  Severity: BASE_EVENT,
  Message: BASE_EVENT,
  ConditionName: CONDITION,
  BranchId: CONDITION,
  Retain: CONDITION,
  Quality: CONDITION,
  'EnabledState/Id': CONDITION,
  'AckedState/Id': ACKNOWLEDGEABLE,
  'ConfirmedState/Id': ACKNOWLEDGEABLE,
  'ActiveState/Id': ALARM,
  'SuppressedState/Id': ALARM,
  'OutOfServiceState/Id': ALARM,
  SuppressedOrShelved: ALARM,
  // The condition's own node id is no field: an empty path on its type stands for it (§5.5.2).
  '': CONDITION,
} as const;

type Field = keyof typeof declaredBy;

const fieldNames = Object.keys(declaredBy) as Field[];

/** Attribute numbers of OPC 10000-6 Annex A. */
const NODE_ID = 1;
const VALUE = 13;

/** The select clauses of an event filter; the answer's fields come in the same order. */
export const conditionSelection = fieldNames.map((field) => ({
  typeDefinitionId: declaredBy[field],
  browsePath: field === '' ? [] : field.split('/').map((name) => ({ name })),
  attributeId: field === '' ? NODE_ID : VALUE,
}));

type Plain = string | number | boolean | null;

/** The fields of one event by name; null for what it does not carry. Node ids are written as addresses are. */
export function conditionFields(fields: readonly Variant[], namespaces: readonly string[]): (field: Field) => Plain {
  return (field) => {
    const variant = fields[fieldNames.indexOf(field)];
    return variant === undefined ? null : plainOf(variant, namespaces);
  };
}

function plainOf(variant: Variant, namespaces: readonly string[]): Plain {
  const value: unknown = variant.value;
  if (typeof value === 'object' && value !== null && 'identifierType' in value)
    return addressOf(value as unknown as { namespace: number; toString: () => string }, namespaces);
  if (typeof value === 'object' && value !== null && 'isGoodish' in value) return (value as unknown as StatusCode).name;
  const single = variantAt(variant, []);
  return typeof single === 'symbol' ? null : single;
}

/** The null node id stands for "no branch". */
function addressOf(nodeId: { namespace: number; toString: () => string }, namespaces: readonly string[]): Plain {
  const identifier = nodeId.toString().replace(/^ns=\d+;/, '');
  const namespaceUri = namespaces[nodeId.namespace] ?? STANDARD_NAMESPACE;
  return nodeId.namespace === 0 && identifier === 'i=0' ? null : formatAddress({ namespaceUri, identifier, path: [] });
}
