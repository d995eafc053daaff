import {
  AttributeIds,
  CreateMonitoredItemsRequest,
  CreateSubscriptionRequest,
  DataChangeFilter,
  DataChangeTrigger,
  DeadbandType,
  DeleteMonitoredItemsRequest,
  DeleteSubscriptionsRequest,
  MonitoringMode,
  TimestampsToReturn,
} from 'node-opcua-client';
import type { CreateMonitoredItemsResponse, CreateSubscriptionResponse, StatusCode } from 'node-opcua-client';
import { inBatches } from './batches.ts';
import type { UaConnection } from './connection.ts';
import { isNoService } from './limits.ts';
import type { BatchLimit } from './limits.ts';
import type { PlannedNode } from './node-plan.ts';
import type { Subscription } from './publishing.ts';
import type { GroupSettings } from './groups.ts';
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

export interface Monitored {
  readonly refusals: readonly Refusal[];
  /** The server's numbers of the items that it took, by handle. */
  readonly ids: ReadonlyMap<number, number>;
}

/** A server that hears nothing from us for this many keep-alives drops the subscription. */
const LIFETIME_IN_KEEP_ALIVES = 10;

export async function openSubscription(
  connection: UaConnection,
  settings: { readonly publishingInterval: number; readonly keepAlive: number },
): Promise<Subscription> {
  const keepAliveCount = Math.max(1, Math.round(settings.keepAlive / settings.publishingInterval));
  const request = new CreateSubscriptionRequest({
    requestedPublishingInterval: settings.publishingInterval,
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

/** How long the server may take to forget what we no longer want; it forgets by itself when it does not answer. */
const FORGET_MS = 1000;

/** Deletes subscriptions that are of no use any more. Failing is no harm: their lifetime ends them. */
export async function closeSubscriptions(
  connection: UaConnection,
  subscriptions: readonly Subscription[],
): Promise<void> {
  if (subscriptions.length === 0) return;
  const request = new DeleteSubscriptionsRequest({ subscriptionIds: subscriptions.map(({ id }) => id) });
  await connection.request(request, `delete ${subscriptions.length} subscriptions`, FORGET_MS).catch(() => {});
}

/**
 * Adds nodes to a subscription, in requests that the server accepts. Says which it refused.
 *
 * @throws ServiceError when the server monitors nothing at all
 */
export async function monitorNodes(
  connection: UaConnection,
  subscription: Subscription,
  { items, settings, limit }: { items: readonly MonitoredNode[]; settings: GroupSettings; limit: BatchLimit },
): Promise<Monitored> {
  const refusals: Refusal[] = [];
  const ids = new Map<number, number>();
  const create = async (batch: readonly MonitoredNode[]) => {
    const request = new CreateMonitoredItemsRequest({
      subscriptionId: subscription.id,
      timestampsToReturn: TimestampsToReturn.Both,
      itemsToCreate: batch.map(({ handle, node }) => itemToCreate(handle, node.nodeId, settings)),
    });
    const what = `monitor ${batch.length} nodes`;
    const response = await connection.request<CreateMonitoredItemsResponse>(request, what);
    return response.results ?? [];
  };
  for await (const { items: batch, answers, refusal } of inBatches(items, limit, create)) {
    if (refusal && isNoService(refusal.status)) throw refusal;
    for (const [index, item] of batch.entries()) {
      const answer = answers[index];
      const statusCode: StatusCode | undefined = answer?.statusCode;
      if (answer && statusCode?.isGoodish()) ids.set(item.handle, answer.monitoredItemId);
      if (refusal) refusals.push({ item, status: { code: refusal.code, name: refusal.status } });
      else if (statusCode?.isBad()) refusals.push({ item, status: { code: statusCode.value, name: statusCode.name } });
    }
  }
  return { refusals, ids };
}

/** Ends the monitoring of items. What the server no longer knows is as good as ended. */
export async function forgetItems(
  connection: UaConnection,
  subscription: Subscription,
  { ids, limit }: { readonly ids: readonly number[]; readonly limit: BatchLimit },
): Promise<void> {
  const forget = async (monitoredItemIds: readonly number[]): Promise<readonly unknown[]> => {
    const request = new DeleteMonitoredItemsRequest({
      subscriptionId: subscription.id,
      monitoredItemIds: [...monitoredItemIds],
    });
    await connection.request(request, `stop monitoring ${monitoredItemIds.length} nodes`);
    return monitoredItemIds;
  };
  const outcomes = inBatches(ids, limit, forget);
  while (!(await outcomes.next()).done);
}

/** The item by which a subscription tells first that the meaning of indices has changed. */
export const namespaceItem: MonitoredNode = {
  handle: NAMESPACE_HANDLE,
  node: { nodeId: NAMESPACE_ARRAY_NODE, address: 'NamespaceArray', parts: [] },
};

const itemToCreate = (clientHandle: number, nodeId: string, settings: GroupSettings) => ({
  itemToMonitor: { nodeId, attributeId: AttributeIds.Value },
  monitoringMode: MonitoringMode.Reporting,
  requestedParameters: {
    clientHandle,
    samplingInterval: settings.samplingInterval,
    queueSize: settings.queueSize,
    discardOldest: true,
    filter: clientHandle === NAMESPACE_HANDLE ? null : deadbandFilter(settings.deadband),
  },
});

function deadbandFilter(deadband: GroupSettings['deadband']): DataChangeFilter | null {
  if (!deadband) return null;
  const isAbsolute = 'absolute' in deadband;
  return new DataChangeFilter({
    trigger: DataChangeTrigger.StatusValue,
    deadbandType: isAbsolute ? DeadbandType.Absolute : DeadbandType.Percent,
    deadbandValue: isAbsolute ? deadband.absolute : deadband.percent,
  });
}

const filterRefusals = new Set([
  'BadFilterNotAllowed',
  'BadMonitoredItemFilterUnsupported',
  'BadMonitoredItemFilterInvalid',
  'BadDeadbandFilterInvalid',
]);

/** The server has nothing against the node, only against a deadband on it. */
export const isFilterRefusal = ({ status }: Refusal): boolean => filterRefusals.has(status.name);
