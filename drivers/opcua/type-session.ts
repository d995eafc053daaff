import {
  BrowseNextRequest,
  BrowseRequest,
  DataValue,
  ReadRequest,
  StatusCodes,
  TimestampsToReturn,
  TranslateBrowsePathsToNodeIdsRequest,
  resolveNodeId,
} from 'node-opcua-client';
import type {
  BrowseDescriptionLike,
  BrowseDescriptionOptions,
  BrowseNextResponse,
  BrowsePath,
  BrowseResponse,
  IBasicSessionAsync2,
  ReadResponse,
  ReadValueIdOptions,
  TranslateBrowsePathsToNodeIdsResponse,
} from 'node-opcua-client';
import { inBatches } from './batches.ts';
import type { UaConnection } from './connection.ts';
import type { BatchLimit } from './limits.ts';

/**
 * What the library's reader of data types needs of a session, on our own connection: its own session object would send
 * beside our request budget, without our deadlines, and make itself a new session when the server no longer knows it.
 */
export function typeSession(connection: UaConnection, limit: BatchLimit): IBasicSessionAsync2 {
  const what = "read the server's data types";
  const read = async (nodes: readonly ReadValueIdOptions[]): Promise<DataValue[]> => {
    const ask = async (batch: readonly ReadValueIdOptions[]): Promise<readonly DataValue[]> => {
      const request = new ReadRequest({ nodesToRead: [...batch], timestampsToReturn: TimestampsToReturn.Neither });
      return (await connection.request<ReadResponse>(request, what)).results ?? [];
    };
    const values: DataValue[] = [];
    for await (const { items, answers } of inBatches(nodes, limit, ask))
      values.push(...items.map((_, index) => answers[index] ?? new DataValue({ statusCode: StatusCodes.Bad })));
    return values;
  };
  const browse = async (nodes: readonly BrowseDescriptionLike[]) => {
    const nodesToBrowse = nodes.map(coerced);
    const request = new BrowseRequest({ nodesToBrowse, requestedMaxReferencesPerNode: 1000 });
    return (await connection.request<BrowseResponse>(request, what)).results ?? [];
  };
  const browseNext = async (continuationPoints: Buffer[], releaseContinuationPoints: boolean) => {
    const request = new BrowseNextRequest({ continuationPoints, releaseContinuationPoints });
    return (await connection.request<BrowseNextResponse>(request, what)).results ?? [];
  };
  const translate = async (browsePaths: BrowsePath[]) => {
    const request = new TranslateBrowsePathsToNodeIdsRequest({ browsePaths });
    return (await connection.request<TranslateBrowsePathsToNodeIdsResponse>(request, what)).results ?? [];
  };
  return {
    read: oneOrMany(read),
    browse: oneOrMany(browse),
    browseNext: (points: Buffer | Buffer[], release: boolean) =>
      oneOrMany((many: Buffer[]) => browseNext(many, release))(points),
    translateBrowsePath: oneOrMany(translate),
  } as unknown as IBasicSessionAsync2;
}

/** The library names standard nodes by name. */
function coerced(given: BrowseDescriptionLike): BrowseDescriptionOptions {
  const node: BrowseDescriptionOptions = typeof given === 'string' ? { nodeId: given } : given;
  const { nodeId, referenceTypeId } = node;
  return {
    ...node,
    ...(nodeId ? { nodeId: resolveNodeId(nodeId) } : {}),
    ...(referenceTypeId ? { referenceTypeId: resolveNodeId(referenceTypeId) } : {}),
  };
}

/** The library asks for one thing or for several, and wants one answer or as many. */
const oneOrMany =
  <Item, Answer>(ask: (items: Item[]) => Promise<readonly Answer[]>) =>
  async (given: Item | Item[]): Promise<Answer | undefined | readonly Answer[]> =>
    Array.isArray(given) ? ask(given) : (await ask([given]))[0];
