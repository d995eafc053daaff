import { AttributeIds, ReadRequest, TimestampsToReturn } from 'node-opcua-client';
import type { ReadResponse } from 'node-opcua-client';
import type { Clock } from '#agent/model/clock.ts';
import type { UaConnection } from './connection.ts';
import { readHistory } from './history-read.ts';
import type { BatchLimit } from './limits.ts';
import type { PlannedNode } from './node-plan.ts';
import type { Seam } from './seam.ts';
import type { Sink } from './sink.ts';
import type { OpenStructure } from './variant.ts';

/** Server_ServerStatus_CurrentTime */
const CURRENT_TIME = 'ns=0;i=2258';

export interface Filling {
  readonly seam: Seam;
  /** How far back at most. Milliseconds. */
  readonly longest: number;
  /** How long before the last sign of life a value may have been lost already. Milliseconds. */
  readonly margin: number;
  readonly limit: BatchLimit;
  readonly sink: Sink;
  readonly clock: Clock;
  readonly open: OpenStructure;
}

/**
 * Reads what the server remembers of an outage and hands it on as backfilled samples. Nodes without history are counted
 * and told; they are no fault. What was not filled because the connection ended is tried again on the next one.
 */
export async function fillOutage(
  connection: UaConnection,
  nodes: readonly PlannedNode[],
  { seam, longest, margin, limit, sink, clock, open }: Filling,
): Promise<void> {
  const since = seam.since();
  if (since === undefined) return;
  const now = clock.now();
  const from = Math.max(since - margin, now - longest);
  // Source times are the server's, whose clock may be wrong by hours.
  const skew = ((await serverTime(connection)) ?? now) - now;
  let filled = 0;
  const { without, unfinished, refusal } = await readHistory(
    connection,
    { nodes, span: { from: from + skew, to: now + skew }, limit },
    ({ parts }, values) => {
      filled += sink.backfill(parts, values, { open, admits: seam.admits });
    },
  );
  seam.filled();
  const text = `the outage from ${new Date(since).toISOString()} to ${new Date(now).toISOString()}`;
  const detail = { values: filled, nodes: nodes.length, withoutHistory: without, unfinished };
  if (refusal) sink.event('opcua.no-history', `The server can't fill ${text}: ${refusal.message}`, detail);
  else if (nodes.length > 0 && without === nodes.length)
    sink.event('opcua.no-history', `The server keeps no history of any node; ${text} stays open`, detail);
  else sink.event('opcua.outage-filled', `Filled ${text} from the server's history: ${summary(detail)}`, detail);
}

const summary = (detail: {
  readonly values: number;
  readonly nodes: number;
  readonly withoutHistory: number;
  readonly unfinished: number;
}): string =>
  `${detail.values} values; ${detail.withoutHistory} of ${detail.nodes} nodes have no history` +
  (detail.unfinished > 0 ? `; the server did not give all of ${detail.unfinished} nodes` : '');

async function serverTime(connection: UaConnection): Promise<number | undefined> {
  const request = new ReadRequest({
    nodesToRead: [{ nodeId: CURRENT_TIME, attributeId: AttributeIds.Value }],
    timestampsToReturn: TimestampsToReturn.Neither,
  });
  const { results } = await connection.request<ReadResponse>(request, "read the server's time");
  const time: unknown = results?.[0]?.value.value;
  return time instanceof Date ? time.getTime() : undefined;
}
