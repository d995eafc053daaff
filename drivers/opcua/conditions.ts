import {
  AttributeIds,
  CallRequest,
  CreateMonitoredItemsRequest,
  DataType,
  EventFilter,
  MonitoringMode,
  TimestampsToReturn,
} from 'node-opcua-client';
import type { CallResponse, CreateMonitoredItemsResponse, EventFieldList } from 'node-opcua-client';
import type { UaConnection } from './connection.ts';
import { conditionEvent, conditionSelection } from './condition-event.ts';
import { ServiceError, SubscriptionLost } from './faults.ts';
import { openSubscription } from './monitoring.ts';
import type { Publisher } from './publishing.ts';
import type { Sink } from './sink.ts';

/** ConditionType and its method ConditionRefresh, which asks for every alarm that stands (OPC 10000-9 §5.5.7). */
const CONDITION_TYPE = 'ns=0;i=2782';
const CONDITION_REFRESH = 'ns=0;i=3875';

/** Events wait in the server's queue between two sendings; a flood of alarms must fit. */
const QUEUE_SIZE = 1000;

/**
 * Subscribes to the server's own alarms and asks for those that stand. They become events of kind `opcua.condition`;
 * nothing is ever acknowledged. A server without alarms is told as an event and left in peace.
 */
export async function watchConditions(
  connection: UaConnection,
  {
    nodeId,
    keepAlive,
    publisher,
    sink,
  }: {
    readonly nodeId: string;
    readonly keepAlive: number;
    readonly publisher: Publisher;
    readonly sink: Sink;
  },
): Promise<void> {
  try {
    const subscription = await openSubscription(connection, { publishingInterval: 1000, keepAlive });
    publisher.add(subscription);
    const request = new CreateMonitoredItemsRequest({
      subscriptionId: subscription.id,
      timestampsToReturn: TimestampsToReturn.Neither,
      itemsToCreate: [
        {
          itemToMonitor: { nodeId, attributeId: AttributeIds.EventNotifier },
          monitoringMode: MonitoringMode.Reporting,
          requestedParameters: {
            clientHandle: 0,
            samplingInterval: 0,
            queueSize: QUEUE_SIZE,
            discardOldest: true,
            filter: new EventFilter({ selectClauses: conditionSelection }),
          },
        },
      ],
    });
    const what = `subscribe to the alarms of ${nodeId}`;
    const { results } = await connection.request<CreateMonitoredItemsResponse>(request, what);
    const status = results?.[0]?.statusCode;
    if (status?.isBad()) throw new ServiceError(what, status);
    await refreshConditions(connection, subscription.id);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    sink.event('opcua.no-conditions', `The server's own alarms can't be watched: ${error.message}`);
  }
}

async function refreshConditions(connection: UaConnection, subscriptionId: number): Promise<void> {
  const request = new CallRequest({
    methodsToCall: [
      {
        objectId: CONDITION_TYPE,
        methodId: CONDITION_REFRESH,
        inputArguments: [{ dataType: DataType.UInt32, value: subscriptionId }],
      },
    ],
  });
  const what = 'ask for the alarms that stand';
  const { results } = await connection.request<CallResponse>(request, what);
  const status = results?.[0]?.statusCode;
  if (status?.isBad()) throw new ServiceError(what, status);
}

/** Turns event notifications into events of the site; asks again when the server says that its alarms must be refreshed. */
export function takeConditions(events: readonly EventFieldList[], sink: Sink): void {
  for (const { eventFields } of events) {
    const found = conditionEvent(eventFields ?? []);
    if (found === 'refresh-required') throw new SubscriptionLost('the server wants its alarms to be refreshed');
    if (found) sink.event('opcua.condition', found.text, found.detail);
  }
}
