import type { Namespace, OPCUAServer, UAObject } from 'node-opcua';
import type { PointId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { PlantPort } from './plant-port.ts';
import { addPointVariable, type PointVariable } from './point-variable.ts';

/** The site below Objects: a folder a source, a variable a point. */
export interface ShownPlant {
  /** Brings nodes and values up to date with the site. */
  refresh(): void;
}

/** @param server initialised, not yet started */
export function showPlant(server: OPCUAServer, port: PlantPort): ShownPlant {
  const { addressSpace } = server.engine;
  if (!addressSpace) throw new Error('the OPC UA server has no address space');
  const namespace: Namespace = addressSpace.registerNamespace(`urn:firewatch:${port.site.id}`);
  const root = namespace.addFolder(addressSpace.rootFolder.objects, {
    nodeId: 's=site',
    browseName: port.site.id,
    displayName: port.site.name,
  });
  const folders = new Map<string, UAObject>();
  const variables = new Map<PointId, Shown>();
  let points: readonly Point[] = [];

  const folderOf = (source: string): UAObject => {
    const known = folders.get(source);
    if (known) return known;
    const added = namespace.addFolder(root, { nodeId: `s=source/${source}`, browseName: source });
    folders.set(source, added);
    return added;
  };

  const add = (point: Point, text: string): void => {
    const shown = port.latest(point.id);
    variables.set(point.id, {
      point,
      text,
      shown,
      variable: addPointVariable(namespace, folderOf(point.source), point, shown),
    });
  };

  const remove = (id: PointId): void => {
    const node = namespace.findNode(`s=${id}`);
    if (node) addressSpace.deleteNode(node);
    variables.delete(id);
  };

  /** A point that changed is another node: who watched it is told that it is gone. */
  const follow = (): void => {
    const next = port.points();
    if (next === points) return;
    points = next;
    const texts = new Map(next.map((point) => [point.id, JSON.stringify(point)]));
    for (const [id, { text }] of variables) if (texts.get(id) !== text) remove(id);
    for (const point of next) if (!variables.has(point.id)) add(point, texts.get(point.id) ?? '');
  };

  const refresh = (): void => {
    follow();
    for (const [id, entry] of variables) {
      const sample = port.latest(id);
      if (sample === entry.shown || !sample) continue;
      if (entry.variable.fits(sample)) {
        entry.shown = sample;
        entry.variable.show(sample);
      } else {
        remove(id);
        add(entry.point, entry.text);
      }
    }
  };
  refresh();
  return { refresh };
}

interface Shown {
  readonly point: Point;
  /** As configured, to see whether it changed. */
  readonly text: string;
  readonly variable: PointVariable;
  shown: Sample | undefined;
}
