import { setTimeout as sleep } from 'node:timers/promises';
import { HistoryData, HistoryReadRequest, ReadRawModifiedDetails, TimestampsToReturn } from 'node-opcua-client';
import type { DataValue, HistoryReadResponse, HistoryReadResult } from 'node-opcua-client';
import { inBatches } from './batches.ts';
import type { UaConnection } from './connection.ts';
import type { ServiceError } from './faults.ts';
import { createBatchLimit, isNoService } from './limits.ts';
import type { BatchLimit } from './limits.ts';
import type { PlannedNode } from './node-plan.ts';

/** Values of one node in one answer. */
const VALUES_PER_ANSWER = 1000;

/** Answers of one node in one outage: a server whose continuation never ends must not hold us for ever. */
const MOST_ANSWERS = 1000;

/** So that the past does not crowd out the present on its way through the site. */
const VALUES_PER_SECOND = 10_000;

/** UTC ms by the server's clock, both inclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What became of the nodes that gave no or not all values. */
export interface HistoryShort {
  /** The server keeps no history of them. */
  readonly without: number;
  /** It keeps one and did not give all of it. */
  readonly unfinished: number;
  /** The server offers no history at all. */
  readonly refusal: ServiceError | undefined;
}

interface Wanted {
  readonly node: PlannedNode;
  readonly continuationPoint: Buffer | undefined;
}

/** By these a server says that it had to drop a reading for want of room, not that there is nothing to read. */
const shortOfRoom = new Set(['BadNoContinuationPoints', 'BadContinuationPointInvalid']);

/** Reads the raw values of a span, each node's in time order; a node may repeat values after the server dropped its reading. */
export async function readHistory(
  connection: UaConnection,
  { nodes, span, limit }: { readonly nodes: readonly PlannedNode[]; readonly span: Span; readonly limit: BatchLimit },
  take: (node: PlannedNode, values: readonly DataValue[]) => void,
): Promise<HistoryShort> {
  const first = await readRounds(connection, { nodes, span, limit }, take);
  if (first.dropped.length === 0 || first.refusal) return { ...first, unfinished: first.dropped.length };
  const alone = { nodes: first.dropped, span, limit: createBatchLimit(1) };
  const again = await readRounds(connection, alone, take);
  return { without: first.without + again.without, unfinished: again.dropped.length, refusal: again.refusal };
}

async function readRounds(
  connection: UaConnection,
  { nodes, span, limit }: { readonly nodes: readonly PlannedNode[]; readonly span: Span; readonly limit: BatchLimit },
  take: (node: PlannedNode, values: readonly DataValue[]) => void,
): Promise<{
  readonly without: number;
  readonly dropped: readonly PlannedNode[];
  readonly refusal: ServiceError | undefined;
}> {
  const dropped: PlannedNode[] = [];
  let without = 0;
  const read = (batch: readonly Wanted[]) => readBatch(connection, batch, span);
  // Batch by batch to the end of each: a server has few continuation points.
  const waiting: Wanted[][] = [];
  const all = nodes.map((node): Wanted => ({ node, continuationPoint: undefined }));
  for (let start = 0; start < all.length; start += limit.size) waiting.push(all.slice(start, start + limit.size));
  for (const part of waiting) {
    let wanted = part;
    for (let round = 0; wanted.length > 0; round += 1) {
      if (round === MOST_ANSWERS) {
        await readBatch(connection, wanted, span, true);
        dropped.push(...wanted.map(({ node }) => node));
        break;
      }
      const more: Wanted[] = [];
      let values = 0;
      for await (const { items, answers, refusal } of inBatches(wanted, limit, read)) {
        if (refusal && isNoService(refusal.status)) return { without: nodes.length, dropped: [], refusal };
        for (const [index, { node }] of items.entries()) {
          const answer = answers[index];
          if (!answer || answer.statusCode.isBad()) {
            if (shortOfRoom.has(answer?.statusCode.name ?? '')) dropped.push(node);
            else without += 1;
            continue;
          }
          const { historyData, continuationPoint } = answer;
          const found = historyData instanceof HistoryData ? (historyData.dataValues ?? []) : [];
          values += found.length;
          take(node, found);
          const point: Buffer | null = continuationPoint ?? null;
          if (point && point.length > 0) more.push({ node, continuationPoint: point });
        }
      }
      wanted = more;
      if (values > 0) await sleep((values / VALUES_PER_SECOND) * 1000, undefined, { ref: false });
    }
  }
  return { without, dropped, refusal: undefined };
}

async function readBatch(
  connection: UaConnection,
  batch: readonly Wanted[],
  span: Span,
  releaseContinuationPoints = false,
): Promise<readonly HistoryReadResult[]> {
  const request = new HistoryReadRequest({
    historyReadDetails: new ReadRawModifiedDetails({
      isReadModified: false,
      startTime: new Date(span.from),
      endTime: new Date(span.to),
      numValuesPerNode: VALUES_PER_ANSWER,
      returnBounds: false,
    }),
    timestampsToReturn: TimestampsToReturn.Both,
    releaseContinuationPoints,
    nodesToRead: batch.map(({ node, continuationPoint }) => ({
      nodeId: node.nodeId,
      ...(continuationPoint ? { continuationPoint } : {}),
    })),
  });
  const what = `read history of ${batch.length} nodes`;
  return (await connection.request<HistoryReadResponse>(request, what)).results ?? [];
}
