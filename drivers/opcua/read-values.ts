import { AttributeIds, ReadRequest, TimestampsToReturn } from 'node-opcua-client';
import type { DataValue, ReadResponse } from 'node-opcua-client';
import { inBatches } from './batches.ts';
import type { UaConnection } from './connection.ts';
import { NamespaceChange } from './faults.ts';
import type { ServiceError } from './faults.ts';
import type { BatchLimit } from './limits.ts';
import { isSameTable } from './namespaces.ts';
import type { PlannedNode } from './node-plan.ts';
import { NAMESPACE_ARRAY_NODE, isTextList } from './server-facts.ts';

export interface NodeValue {
  readonly node: PlannedNode;
  readonly answer: DataValue | ServiceError;
}

/**
 * Reads each node's value from the device (maxAge 0), a batch at a time. Every node gets an answer. Each request asks
 * for the namespace table too, so that no value is taken under an index whose meaning has changed.
 *
 * @throws NamespaceChange before a value of a changed table is yielded
 */
export async function* readValues(
  connection: UaConnection,
  plan: { readonly nodes: readonly PlannedNode[]; readonly namespaces: readonly string[] },
  limit: BatchLimit,
): AsyncGenerator<NodeValue[]> {
  const read = (batch: readonly PlannedNode[]): Promise<readonly DataValue[]> =>
    readWithTable(connection, batch, plan.namespaces);
  for await (const { items, answers, refusal } of inBatches(plan.nodes, limit, read)) {
    yield items.flatMap((node, index) => {
      const answer = answers[index] ?? refusal;
      return answer ? [{ node, answer }] : [];
    });
  }
}

/**
 * Reads nothing but the namespace table: a sign of life from the server, and to it.
 *
 * @throws NamespaceChange when it is no longer this one
 */
export const checkTable = async (connection: UaConnection, namespaces: readonly string[]): Promise<void> =>
  void (await readWithTable(connection, [], namespaces));

async function readWithTable(
  connection: UaConnection,
  batch: readonly PlannedNode[],
  namespaces: readonly string[],
): Promise<readonly DataValue[]> {
  const nodeIds = [NAMESPACE_ARRAY_NODE, ...batch.map(({ nodeId }) => nodeId)];
  const request = new ReadRequest({
    maxAge: 0,
    nodesToRead: nodeIds.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })),
    timestampsToReturn: TimestampsToReturn.Both,
  });
  const what = batch.length === 0 ? 'read the namespace table' : `read values of ${batch.length} nodes`;
  const response = await connection.request<ReadResponse>(request, what);
  const [table, ...values] = response.results ?? [];
  const now: unknown = table?.value.value;
  if (!isTextList(now) || !isSameTable(namespaces, now)) throw new NamespaceChange();
  return values;
}
