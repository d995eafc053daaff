import { BrowseDirection, BrowseNextRequest, BrowseRequest, NodeClass, NodeId, ResultMask } from 'node-opcua-client';
import type { BrowseNextResponse, BrowseResponse, BrowseResult, ReferenceDescription } from 'node-opcua-client';
import { STANDARD_NAMESPACE, formatAddress } from './address.ts';
import { inBatches } from './batches.ts';
import type { UaConnection } from './connection.ts';
import { createBatchLimit } from './limits.ts';
import type { BatchLimit } from './limits.ts';

/** A node whose children are asked for. */
export interface Place {
  readonly nodeId: string;
  /** Browse names from the start, joined by `/`; empty for the start itself. */
  readonly path: string;
}

export interface Child extends Place {
  readonly isVariable: boolean;
  readonly name: string;
  /** As it is written in a point's `address`. */
  readonly address: string;
}

export interface Browsing {
  readonly limit: BatchLimit;
  readonly namespaces: readonly string[];
  /** Called for a node whose children the server does not tell, or not all of them. */
  readonly refused: (path: string, status: string) => void;
}

/** Requests of browsing that may be under way at once; the request budget spaces them besides. */
export const PARALLEL = 4;

/** HierarchicalReferences, OPC 10000-3 §7.3 */
const HIERARCHICAL = 'ns=0;i=33';

/** References a server may put into one answer for one node; the rest comes by continuation. */
const REFERENCES_PER_NODE = 1000;

const VARIABLE: number = NodeClass.Variable;

/** Answers for one node: a server whose continuation never ends must not hold us for ever. */
const MOST_ANSWERS = 10_000;

/**
 * The children of every place. A server has few continuation points, shared by all that is asked at once: what it puts
 * off for want of one is asked for again, each node alone.
 */
export async function childrenOf(
  connection: UaConnection,
  places: readonly Place[],
  browsing: Browsing,
): Promise<Child[]> {
  const share = Math.max(1, Math.ceil(places.length / PARALLEL));
  const parts = await Promise.all(slices(places, share).map((part) => browsePart(connection, part, browsing)));
  const putOff = parts.flatMap((part) => part.putOff.map(({ place }) => place));
  const again = await browsePart(connection, putOff, { ...browsing, limit: createBatchLimit(1) });
  for (const { place, status } of again.putOff) browsing.refused(place.path, status);
  return [...parts, again].flatMap(({ children }) => children);
}

export const slices = <Item>(items: readonly Item[], size: number): (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

interface Browsed {
  readonly children: readonly Child[];
  /** Nodes that have more children than the server had continuation points for. */
  readonly putOff: readonly { readonly place: Place; readonly status: string }[];
}

const shortOfPoints = new Set(['BadNoContinuationPoints', 'BadContinuationPointInvalid']);

async function browsePart(
  connection: UaConnection,
  places: readonly Place[],
  { limit, namespaces, refused }: Browsing,
): Promise<Browsed> {
  const children: Child[] = [];
  const putOff: { place: Place; status: string }[] = [];
  const settle = (place: Place, status: string | undefined): void => {
    if (status === undefined) return;
    if (shortOfPoints.has(status)) putOff.push({ place, status });
    else refused(place.path, status);
  };
  const browse = (batch: readonly Place[]) => browseBatch(connection, batch);
  for await (const { items, answers, refusal } of inBatches(places, limit, browse)) {
    for (const [index, place] of items.entries()) {
      const answer = answers[index];
      settle(place, answer ? badName(answer) : refusal?.status);
      const take = (references: readonly ReferenceDescription[] | null | undefined): void => {
        for (const reference of references ?? []) children.push(...childOf(place, reference, namespaces));
      };
      take(answer?.references);
      settle(place, await browseOn(connection, answer?.continuationPoint, take));
    }
  }
  return { children, putOff };
}

async function browseBatch(connection: UaConnection, batch: readonly Place[]): Promise<readonly BrowseResult[]> {
  const request = new BrowseRequest({
    requestedMaxReferencesPerNode: REFERENCES_PER_NODE,
    nodesToBrowse: batch.map(({ nodeId }) => ({
      nodeId,
      referenceTypeId: HIERARCHICAL,
      includeSubtypes: true,
      browseDirection: BrowseDirection.Forward,
      nodeClassMask: NodeClass.Object | NodeClass.Variable,
      resultMask: ResultMask.BrowseName | ResultMask.NodeClass,
    })),
  });
  return (await connection.request<BrowseResponse>(request, `browse ${batch.length} nodes`)).results ?? [];
}

/** Takes what is behind a continuation point. Returns why that ended early, if it did. */
async function browseOn(
  connection: UaConnection,
  first: Buffer | null | undefined,
  take: (references: BrowseResult['references']) => void,
): Promise<string | undefined> {
  let point = first;
  for (let answers = 0; point && point.length > 0; answers += 1) {
    const isEnough = answers >= MOST_ANSWERS;
    const request = new BrowseNextRequest({ releaseContinuationPoints: isEnough, continuationPoints: [point] });
    const { results } = await connection.request<BrowseNextResponse>(request, 'browse on');
    if (isEnough) return `its list of children does not end after ${MOST_ANSWERS} answers`;
    const [result] = results ?? [];
    const status = result && badName(result);
    if (status !== undefined) return status;
    take(result?.references ?? null);
    point = result?.continuationPoint;
  }
  return undefined;
}

const badName = ({ statusCode }: BrowseResult): string | undefined =>
  statusCode.isGoodish() ? undefined : statusCode.name;

function childOf(place: Place, reference: ReferenceDescription, namespaces: readonly string[]): Child[] {
  const { identifierType, value, namespaceUri, serverIndex } = reference.nodeId;
  // A node of another server, which this connection can't read.
  if (serverIndex > 0) return [];
  const namespace = namespaceUri ? namespaces.indexOf(namespaceUri) : reference.nodeId.namespace;
  const identifier = new NodeId(identifierType, value, 0).toString().replace(/^ns=0;/, '');
  const name = reference.browseName.name ?? identifier;
  const nodeClass: number = reference.nodeClass;
  const child = {
    nodeId: `ns=${namespace};${identifier}`,
    address: formatAddress({ namespaceUri: namespaces[namespace] ?? STANDARD_NAMESPACE, identifier, path: [] }),
    path: place.path === '' ? name : `${place.path}/${name}`,
    name,
    isVariable: nodeClass === VARIABLE,
  };
  return namespace in namespaces ? [child] : [];
}
