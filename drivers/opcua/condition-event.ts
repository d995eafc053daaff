import type { StatusCode, Variant } from 'node-opcua-client';
import { NOT_THERE, variantAt } from './variant.ts';

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
  SuppressedOrShelved: ALARM,
  'ShelvingState/CurrentState': ALARM,
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

/** Event types that frame a refresh, or ask for one (OPC 10000-9 §5.11). */
const refreshFrames = new Set(['ns=0;i=2787', 'ns=0;i=2788']);
const REFRESH_REQUIRED = 'ns=0;i=2789';

export interface ConditionEvent {
  readonly text: string;
  readonly detail: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * What one event says of an alarm of the plant's own system. Undefined for an event that is none: one without a condition
 * name, or a frame of a refresh.
 */
export function conditionEvent(fields: readonly Variant[]): ConditionEvent | 'refresh-required' | undefined {
  const at = (field: Field) => {
    const variant = fields[fieldNames.indexOf(field)];
    return variant === undefined ? null : valueOf(variant);
  };
  const type = at('EventType');
  if (type === REFRESH_REQUIRED) return 'refresh-required';
  const condition = at('ConditionName');
  if (condition === null || condition === '' || refreshFrames.has(String(type))) return undefined;
  const source = at('SourceName');
  const message = at('Message');
  const isActive = at('ActiveState/Id');
  const state = isActive === null ? 'reported' : isActive === true ? 'active' : 'inactive';
  return {
    text: `${text(source)} ${text(condition)}: ${state}${message ? `, ${text(message)}` : ''}`,
    detail: {
      eventId: at('EventId'),
      eventType: type,
      conditionId: at(''),
      branchId: at('BranchId'),
      condition,
      source,
      sourceNode: at('SourceNode'),
      time: at('Time'),
      severity: at('Severity'),
      message,
      active: isActive,
      acknowledged: at('AckedState/Id'),
      confirmed: at('ConfirmedState/Id'),
      enabled: at('EnabledState/Id'),
      suppressedOrShelved: at('SuppressedOrShelved'),
      shelving: at('ShelvingState/CurrentState'),
      quality: at('Quality'),
      retain: at('Retain'),
    },
  };
}

/** Node ids as text, status codes as their number, everything else as a sample would have it. */
function valueOf(variant: Variant): string | number | boolean | null {
  const value: unknown = variant.value;
  if (typeof value === 'object' && value !== null && 'identifierType' in value) return nodeIdText(value);
  if (typeof value === 'object' && value !== null && 'isGoodish' in value)
    return (value as unknown as StatusCode).value;
  const single = variantAt(variant, []);
  return single === NOT_THERE ? null : single;
}

/** The null node id stands for "no branch". */
function nodeIdText(nodeId: object): string | null {
  const text = (nodeId as { toString(): string }).toString();
  return text === 'ns=0;i=0' ? null : text;
}

const text = (value: string | number | boolean | null): string => (value === null ? '' : String(value));
