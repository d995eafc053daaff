import { HistoryData, HistoryReadRequest, ReadRawModifiedDetails, TimestampsToReturn } from 'node-opcua-client';
import type { HistoryReadResponse, HistoryReadResult } from 'node-opcua-client';
import { inBatches } from './batches.ts';
import type { UaConnection } from './connection.ts';
import type { BatchLimit } from './limits.ts';
import type { PlannedNode } from './node-plan.ts';
import type { Sink } from './sink.ts';

/** Values of one node in one answer. */
const VALUES_PER_ANSWER = 1000;

/** Answers of one node in one outage: a server whose continuation never ends must not hold us for ever. */
const MOST_ANSWERS = 1000;

export interface Outage {
  /** UTC ms, exclusive: the last sign of life before. */
  readonly from: number;
  /** UTC ms: when values began to come again. */
  readonly to: number;
}

interface Wanted {
  readonly node: PlannedNode;
  readonly continuationPoint: Buffer | undefined;
}

/**
 * Reads what the server remembers of an outage and hands it on as backfilled samples, each node's in time order. Nodes
 * without history are counted and told once; they are no fault.
 */
export async function fillOutage(
  connection: UaConnection,
  nodes: readonly PlannedNode[],
  { outage, limit, sink }: { readonly outage: Outage; readonly limit: BatchLimit; readonly sink: Sink },
): Promise<void> {
  const details = new ReadRawModifiedDetails({
    isReadModified: false,
    startTime: new Date(outage.from + 1),
    endTime: new Date(outage.to),
    numValuesPerNode: VALUES_PER_ANSWER,
    returnBounds: false,
  });
  const read = async (batch: readonly Wanted[]): Promise<readonly HistoryReadResult[]> => {
    const request = new HistoryReadRequest({
      historyReadDetails: details,
      timestampsToReturn: TimestampsToReturn.Both,
      releaseContinuationPoints: false,
      nodesToRead: batch.map(({ node, continuationPoint }) => ({
        nodeId: node.nodeId,
        ...(continuationPoint ? { continuationPoint } : {}),
      })),
    });
    const response = await connection.request<HistoryReadResponse>(request, `read history of ${batch.length} nodes`);
    return response.results ?? [];
  };
  let filled = 0;
  const without = new Set<PlannedNode>();
  let wanted: Wanted[] = nodes.map((node) => ({ node, continuationPoint: undefined }));
  for (let round = 0; wanted.length > 0 && round < MOST_ANSWERS; round += 1) {
    const more: Wanted[] = [];
    for await (const { items, answers } of inBatches(wanted, limit, read)) {
      for (const [index, { node }] of items.entries()) {
        const answer = answers[index];
        if (!answer || answer.statusCode.isBad()) without.add(node);
        const data = answer?.historyData;
        const values = data instanceof HistoryData ? (data.dataValues ?? []) : [];
        filled += values.length;
        sink.backfill(node.parts, values);
        const rest: Buffer | null = answer?.continuationPoint ?? null;
        if (rest && rest.length > 0) more.push({ node, continuationPoint: rest });
      }
    }
    wanted = more;
  }
  const from = new Date(outage.from).toISOString();
  const to = new Date(outage.to).toISOString();
  const text =
    `Filled the outage from ${from} to ${to} with ${filled} values from the server's history` +
    (without.size > 0 ? `; ${without.size} of ${nodes.length} nodes have none` : '');
  sink.event('opcua.outage-filled', text, { values: filled, nodes: nodes.length, withoutHistory: without.size });
}
