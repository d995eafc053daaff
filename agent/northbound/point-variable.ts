import {
  DataType,
  type EUInformation,
  makeEUInformation,
  type Namespace,
  Range,
  type UAObject,
  type UAVariable,
  type VariantLike,
} from 'node-opcua';
import { hasFlag } from '#agent/model/flags.ts';
import type { Point } from '#agent/model/point.ts';
import type { Sample } from '#agent/model/sample.ts';
import { statusOf } from './status-code.ts';

/** A point in the address space. */
export interface PointVariable {
  /** False for a state that has become another type: its node must be made anew. */
  fits(sample: Sample): boolean;
  show(sample: Sample): void;
}

/** Adds a point below its source's folder; every node is readable and nothing else. */
export function addPointVariable(
  namespace: Namespace,
  folder: UAObject,
  point: Point,
  first: Sample | undefined,
): PointVariable {
  const dataType = dataTypeOf(point, first?.value);
  const variable = namespace.addVariable({
    componentOf: folder,
    nodeId: `s=${point.id}`,
    browseName: point.id,
    displayName: point.name,
    dataType,
    ...readOnly,
  });
  const property = (name: string, value: VariantLike): UAVariable => {
    const added = namespace.addVariable({
      propertyOf: variable,
      nodeId: `s=${point.id}/${name}`,
      browseName: name,
      dataType: value.dataType ?? DataType.String,
      ...readOnly,
    });
    added.setValueFromSource(value);
    return added;
  };
  for (const [name, value] of textsOf(point)) if (value) property(name, { dataType: DataType.String, value });
  const structure = (name: 'EngineeringUnits' | 'EURange', value: EUInformation | Range): void => {
    const added = namespace.addVariable({
      propertyOf: variable,
      nodeId: `s=${point.id}/${name}`,
      browseName: { name, namespaceIndex: 0 },
      dataType: name === 'EURange' ? 'Range' : 'EUInformation',
      ...readOnly,
    });
    added.setValueFromSource({ dataType: DataType.ExtensionObject, value });
  };
  if (point.unit !== '') structure('EngineeringUnits', unitOf(point.unit));
  if (point.range) structure('EURange', new Range(point.range));
  const quality = property('Quality', { dataType: DataType.String, value: 'bad not-yet-read' });
  const simulated = property('Simulated', { dataType: DataType.Boolean, value: false });
  const received = property('ReceiveTime', { dataType: DataType.DateTime, value: null });
  let shown: Sample | undefined;

  const show = (sample: Sample): void => {
    variable.setValueFromSource(variantOf(point, sample), statusOf(sample), new Date(sample.sourceTime));
    const { level, reason } = sample.quality;
    if (shown?.quality !== sample.quality)
      quality.setValueFromSource({
        dataType: DataType.String,
        value: reason === undefined ? level : `${level} ${reason}`,
      });
    if (shown?.flags !== sample.flags)
      simulated.setValueFromSource({ dataType: DataType.Boolean, value: hasFlag(sample.flags, 'sim') });
    received.setValueFromSource({ dataType: DataType.DateTime, value: new Date(sample.receiveTime) });
    shown = sample;
  };
  if (first) show(first);
  else variable.setValueFromSource({ dataType: DataType.Null, value: null }, statusOf(undefined));
  return { fits: ({ value }) => value === null || dataTypeOf(point, value) === dataType, show };
}

/** The unit as people write it; -1 says that it is none of a table (OPC 10000-8 section 5.6.4.3). */
function unitOf(text: string): EUInformation {
  const unit = makeEUInformation('', text, text);
  unit.namespaceUri = '';
  unit.unitId = -1;
  return unit;
}

const readOnly = { accessLevel: 'CurrentRead', userAccessLevel: 'CurrentRead', minimumSamplingInterval: 0 } as const;

/** A state may be a boolean, a number or a text; which, its value says. */
function dataTypeOf({ kind }: Point, value: Sample['value'] | undefined): 'String' | 'Boolean' | 'Double' {
  if (kind === 'text') return 'String';
  if (kind !== 'state') return 'Double';
  return typeof value === 'string' ? 'String' : typeof value === 'number' ? 'Double' : 'Boolean';
}

function variantOf({ kind }: Point, { value }: Sample): VariantLike {
  if (typeof value === 'number') return { dataType: DataType.Double, value };
  if (typeof value === 'boolean') return { dataType: DataType.Boolean, value };
  if (typeof value === 'string' && (kind === 'text' || kind === 'state')) return { dataType: DataType.String, value };
  return { dataType: DataType.Null, value: null };
}

const textsOf = ({ kind, zone, hazardSource, regulatorCode, safetyRole }: Point) =>
  [
    ['Kind', kind],
    ['Zone', zone],
    ['HazardSource', hazardSource],
    ['RegulatorCode', regulatorCode],
    ['SafetyRole', safetyRole === 'none' ? undefined : safetyRole],
  ] as const;
