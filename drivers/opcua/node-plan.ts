import type { OpcuaAddress } from './address.ts';
import { formatAddress } from './address.ts';
import { nodeIdIn } from './namespaces.ts';
import type { PointPart } from './reading.ts';

/** One node of the server with every point that is read from it. */
export interface PlannedNode {
  /** With this session's index; good until the namespace table changes. */
  readonly nodeId: string;
  /** As configured, for messages. */
  readonly address: string;
  readonly parts: readonly PointPart[];
}

export interface NodePlan {
  readonly nodes: readonly PlannedNode[];
  /** Points whose namespace this server does not have (now), with the URI that is missing. */
  readonly withheld: readonly { readonly namespaceUri: string; readonly part: PointPart }[];
}

/** Groups points by node, so that an array or structure is read once for all of its parts. Keeps the points' order. */
export function planNodes(
  points: readonly { readonly id: PointPart['id']; readonly address: OpcuaAddress }[],
  namespaces: readonly string[],
): NodePlan {
  const nodes = new Map<string, { address: string; parts: PointPart[] }>();
  const withheld: { namespaceUri: string; part: PointPart }[] = [];
  for (const { id, address } of points) {
    const part = { id, path: address.path };
    const nodeId = nodeIdIn(namespaces, address);
    const known = nodeId === undefined ? undefined : nodes.get(nodeId);
    if (nodeId === undefined) withheld.push({ namespaceUri: address.namespaceUri, part });
    else if (known) known.parts.push(part);
    else nodes.set(nodeId, { address: formatAddress(address), parts: [part] });
  }
  return { nodes: [...nodes].map(([nodeId, node]) => ({ nodeId, ...node })), withheld };
}
