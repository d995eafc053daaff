import type { AddressSpace, INamespace, UAObject } from 'node-opcua';
import type { TestServer } from './test-server.ts';
import { double } from './test-server.ts';

/** Namespace of the tree; name it among the server's `uris`. */
export const treeUri = 'urn:plant:tree';

interface PlantTree {
  readonly addressSpace: AddressSpace;
  readonly namespace: INamespace;
  /** Counted from 1. */
  readonly area: (number: number) => UAObject;
}

/** Areas below the Objects folder, named `Area1`, …, each with tags `A1-T0001`, …, whose value is their number. */
export function growTree(
  { server }: Pick<TestServer, 'server'>,
  { areas, tagsPerArea }: { readonly areas: number; readonly tagsPerArea: number },
): PlantTree {
  const { addressSpace } = server.engine;
  if (!addressSpace) throw new Error('no address space');
  const namespace = addressSpace.getNamespace(treeUri);
  const folders = Array.from({ length: areas }, (_, index) => {
    const name = `Area${index + 1}`;
    const folder = namespace.addFolder(addressSpace.rootFolder.objects, { nodeId: `s=${name}`, browseName: name });
    for (let tag = 1; tag <= tagsPerArea; tag += 1) {
      const browseName = `A${index + 1}-T${String(tag).padStart(4, '0')}`;
      namespace
        .addVariable({ componentOf: folder, nodeId: `s=${browseName}`, browseName, dataType: 'Double' })
        .setValueFromSource(double(tag));
    }
    return folder;
  });
  return {
    addressSpace,
    namespace,
    area(number) {
      const folder = folders[number - 1];
      if (!folder) throw new Error(`no area ${number}`);
      return folder;
    },
  };
}
