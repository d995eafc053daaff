import {
  AttributeIds,
  CreateMonitoredItemsRequest,
  CreateSubscriptionRequest,
  DeleteSubscriptionsRequest,
  MonitoringMode,
  TimestampsToReturn,
} from 'node-opcua-client';
import type { CreateMonitoredItemsResponse, CreateSubscriptionResponse, StatusCode } from 'node-opcua-client';
import { inBatches } from './batches.ts';
import type { UaConnection } from './connection.ts';
import type { BatchLimit } from './limits.ts';
import type { PlannedNode } from './node-plan.ts';
import type { Subscription } from './publishing.ts';
import type { OpcuaOptions } from './schema.ts';
import { NAMESPACE_ARRAY_NODE } from './server-facts.ts';

/** A node to be monitored, and the handle by which notifications name it. */
export interface MonitoredNode {
  readonly handle: number;
  readonly node: PlannedNode;
}

/** Handle of the namespace table, which stands first in each subscription so that its change is seen before any value. */
export const NAMESPACE_HANDLE = 0;

/** A node that the server refused to monitor, for now. */
export interface Refusal {
  readonly item: MonitoredNode;
  readonly status: { readonly code: number; readonly name: string };
}

/** A server that hears nothing from us for this many keep-alives drops the subscription. */
const LIFETIME_IN_KEEP_ALIVES = 10;

export async function openSubscription(connection: UaConnection, options: OpcuaOptions): Promise<Subscription> {
  const keepAliveCount = Math.max(1, Math.round(options.keepAlive / options.publishingInterval));
  const request = new CreateSubscriptionRequest({
    requestedPublishingInterval: options.publishingInterval,
    requestedMaxKeepAliveCount: keepAliveCount,
    requestedLifetimeCount: keepAliveCount * LIFETIME_IN_KEEP_ALIVES,
    maxNotificationsPerPublish: 0,
    publishingEnabled: true,
    priority: 0,
  });
  const response = await connection.request<CreateSubscriptionResponse>(request, 'create a subscription');
  return {
    id: response.subscriptionId,
    keepAliveMs: response.revisedPublishingInterval * response.revisedMaxKeepAliveCount,
  };
}

export async function closeSubscriptions(
  connection: UaConnection,
  subscriptions: readonly Subscription[],
): Promise<void> {
  const request = new DeleteSubscriptionsRequest({ subscriptionIds: subscriptions.map(({ id }) => id) });
  await connection.request(request, `delete ${subscriptions.length} subscriptions`);
}

/** Adds nodes to a subscription, in requests that the server accepts. Returns those that it refused. */
export async function monitorNodes(
  connection: UaConnection,
  subscription: Subscription,
  { items, options, limit }: { items: readonly MonitoredNode[]; options: OpcuaOptions; limit: BatchLimit },
): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const create = async (batch: readonly MonitoredNode[]) => {
    const request = new CreateMonitoredItemsRequest({
      subscriptionId: subscription.id,
      timestampsToReturn: TimestampsToReturn.Both,
      itemsToCreate: batch.map(({ handle, node }) => itemToCreate(handle, node.nodeId, options)),
    });
    const what = `monitor ${batch.length} nodes`;
    const response = await connection.request<CreateMonitoredItemsResponse>(request, what);
    return response.results ?? [];
  };
  for await (const { items: batch, answers, refusal } of inBatches(items, limit, create)) {
    for (const [index, item] of batch.entries()) {
      const statusCode: StatusCode | undefined = answers[index]?.statusCode;
      if (refusal) refusals.push({ item, status: { code: refusal.code, name: refusal.status } });
      else if (statusCode?.isBad()) refusals.push({ item, status: { code: statusCode.value, name: statusCode.name } });
    }
  }
  return refusals;
}

/** The item by which a subscription tells first that the meaning of indices has changed. */
export const namespaceItem: MonitoredNode = {
  handle: NAMESPACE_HANDLE,
  node: { nodeId: NAMESPACE_ARRAY_NODE, address: 'NamespaceArray', parts: [] },
};

const itemToCreate = (clientHandle: number, nodeId: string, options: OpcuaOptions) => ({
  itemToMonitor: { nodeId, attributeId: AttributeIds.Value },
  monitoringMode: MonitoringMode.Reporting,
  requestedParameters: {
    clientHandle,
    samplingInterval: options.samplingInterval ?? options.publishingInterval,
    queueSize: options.queueSize,
    discardOldest: true,
  },
});
