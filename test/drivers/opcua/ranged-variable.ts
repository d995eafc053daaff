import type { Namespace, UAVariable } from 'node-opcua';
import { uri } from './scene.ts';
import type { TestServer } from './test-server.ts';

export interface RangedVariable {
  readonly id: string;
  readonly range: { readonly low: number; readonly high: number };
  readonly value: number;
  /** Default is none. */
  readonly unit?: { readonly displayName: string; readonly unitId: number };
  readonly description?: string;
}

/** Adds a variable of AnalogItemType, with the range that a percent deadband counts in. */
export function addRangedVariable(
  { server }: TestServer,
  { id, range, value, unit, description }: RangedVariable,
): UAVariable {
  const addressSpace = server.engine.addressSpace;
  if (!addressSpace) throw new Error('no address space');
  const namespace = addressSpace.getNamespace(uri) as Namespace;
  const variable = namespace.addAnalogDataItem({
    componentOf: addressSpace.rootFolder.objects.server,
    nodeId: `s=${id}`,
    browseName: id,
    dataType: 'Double',
    engineeringUnitsRange: range,
    ...(description ? { description } : {}),
    ...(unit
      ? {
          engineeringUnits: {
            namespaceUri: 'http://www.opcfoundation.org/UA/units/un/cefact',
            unitId: unit.unitId,
            displayName: { text: unit.displayName },
            description: { text: unit.displayName },
          },
        }
      : {}),
  });
  variable.setValueFromSource({ dataType: 'Double', value });
  return variable;
}
