import type * as Library from 'node-opcua';
import type { AddressSpace, Namespace, UAVariable } from 'node-opcua';
import { plantTags, type PlantTag } from '../plant/tags.ts';

export const PLANT_NAMESPACE = 'urn:firewatch:simulator:plant';
/** The same identifiers, shown in percent of range: what a client gets that trusts a namespace index. */
export const PERCENT_NAMESPACE = 'urn:firewatch:simulator:percent';

/** The nodes that a value is written to. `percent` is there for analog values only. */
export interface TagNodes {
  readonly tag: PlantTag;
  readonly plant: UAVariable;
  readonly percent?: UAVariable;
}

export interface NodeTable {
  readonly tags: ReadonlyMap<string, TagNodes>;
  readonly load: readonly UAVariable[];
}

/** Tag and point ids as the DCS shows them: node `s=TI-1101` for point `T-1101.temperature`. */
const nodeName = (tag: PlantTag): string => tag.tag;
const loadNodeName = (index: number): string => `LOAD-${String(index + 1).padStart(5, '0')}`;

/** Fills an address space. The order in which the two namespaces register decides their indices. */
export const buildNodes = (
  library: typeof Library,
  addressSpace: AddressSpace,
  options: { readonly isSwapped: boolean; readonly loadPoints: number },
): NodeTable => {
  const register = (uri: string): Namespace => addressSpace.registerNamespace(uri);
  const first = register(options.isSwapped ? PERCENT_NAMESPACE : PLANT_NAMESPACE);
  const second = register(options.isSwapped ? PLANT_NAMESPACE : PERCENT_NAMESPACE);
  const [plant, percent] = options.isSwapped ? [second, first] : [first, second];
  const parent = addressSpace.rootFolder.objects;
  const plantFolder = plant.addFolder(parent, { browseName: 'Plant', nodeId: 's=Plant' });
  const percentFolder = percent.addFolder(parent, { browseName: 'Percent', nodeId: 's=Percent' });

  const tags = new Map<string, TagNodes>();
  for (const tag of plantTags.filter(({ system }) => system === 'dcs')) {
    const names = {
      nodeId: `s=${nodeName(tag)}`,
      browseName: tag.tag,
      displayName: [
        { locale: 'zh-CN', text: tag.zh },
        { locale: 'en', text: tag.en },
      ],
      description: tag.en,
      minimumSamplingInterval: 100,
      accessLevel: 'CurrentRead',
      userAccessLevel: 'CurrentRead',
    };
    if (!tag.range) {
      tags.set(tag.point, {
        tag,
        plant: plant.addVariable({ ...names, organizedBy: plantFolder, dataType: 'Boolean' }),
      });
      continue;
    }
    const [low, high] = tag.range;
    const analog = (unit: string, range: { low: number; high: number }) => ({
      ...names,
      dataType: 'Double',
      engineeringUnits: library.makeEUInformation(unit, unit, unit),
      engineeringUnitsRange: range,
      instrumentRange: range,
    });
    tags.set(tag.point, {
      tag,
      plant: plant.addAnalogDataItem({ ...analog(tag.unit, { low, high }), organizedBy: plantFolder }),
      percent: percent.addAnalogDataItem({ ...analog('%', { low: 0, high: 100 }), organizedBy: percentFolder }),
    });
  }

  // Rights of their own: without, the library looks up the namespace's for every value that it samples, a third of its time.
  const { WellKnownRoles, makePermissionFlag } = library;
  const read = makePermissionFlag('Browse | Read');
  const rolePermissions = [WellKnownRoles.Anonymous, WellKnownRoles.AuthenticatedUser].map((roleId) => ({
    roleId,
    permissions: read,
  }));
  const loadFolder = plant.addFolder(parent, { browseName: 'Load', nodeId: 's=Load' });
  const load = Array.from({ length: options.loadPoints }, (_, index) =>
    plant.addVariable({
      organizedBy: loadFolder,
      nodeId: `s=${loadNodeName(index)}`,
      browseName: loadNodeName(index),
      dataType: 'Double',
      minimumSamplingInterval: 100,
      accessLevel: 'CurrentRead',
      userAccessLevel: 'CurrentRead',
      rolePermissions,
      accessRestrictions: library.AccessRestrictionsFlag.None,
    }),
  );
  return { tags, load };
};
