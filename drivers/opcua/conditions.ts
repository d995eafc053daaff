import {
  AttributeIds,
  CallRequest,
  CreateMonitoredItemsRequest,
  DataType,
  EventFilter,
  MonitoringMode,
  StatusCodes,
  TimestampsToReturn,
} from 'node-opcua-client';
import type { CallResponse, CreateMonitoredItemsResponse, EventFieldList } from 'node-opcua-client';
import type { Clock } from '#agent/model/clock.ts';
import { PLANT_ALARM_EVENT } from '#agent/model/plant-alarm.ts';
import type { PlantAlarm } from '#agent/model/plant-alarm.ts';
import { addressSchema } from './address.ts';
import { conditionEvent } from './condition-event.ts';
import { conditionSelection } from './condition-fields.ts';
import type { UaConnection } from './connection.ts';
import { ServiceError } from './faults.ts';
import { openSubscription } from './monitoring.ts';
import { nodeIdIn } from './namespaces.ts';
import { createPlantAlarmBook } from './plant-alarm-book.ts';
import type { StandingAlarms } from './plant-alarm-book.ts';
import type { Publisher, Subscription } from './publishing.ts';
import { CONDITION_REFRESH, CONDITION_TYPE } from './read-only.ts';
import type { Sink } from './sink.ts';

/** Events wait in the server's queue between two sendings; a flood of alarms must fit. */
const QUEUE_SIZE = 1000;

/** Between two questions for all standing alarms; doubled while their answers overflow the server's queue. Milliseconds. */
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** The alarms of the plant's own system, watched on one session. None is ever acknowledged. */
export interface Conditions {
  /** Subscribes and asks for those that stand. A server without alarms is told as an event and left in peace. */
  readonly start: () => Promise<void>;
  readonly take: (events: readonly EventFieldList[]) => void;
  /** Messages of this subscription are lost. False when it is not the one of the alarms. */
  readonly missed: (subscription: Subscription, messages: number) => boolean;
  /** Asks for the standing alarms again where some may have been missed. Called regularly. */
  readonly settle: () => Promise<void>;
  readonly subscriptions: () => readonly Subscription[];
}

export interface ConditionsPlace {
  /** The event notifier, as in a point's `address`. */
  readonly node: string;
  readonly keepAlive: number;
  readonly namespaces: readonly string[];
  /** What stood when it was last heard of. */
  readonly standing: StandingAlarms;
  readonly publisher: Publisher;
  readonly sink: Sink;
  readonly clock: Clock;
}

export function createConditions(connection: UaConnection, place: ConditionsPlace): Conditions {
  const { node, keepAlive, namespaces, standing, publisher, sink, clock } = place;
  const book = createPlantAlarmBook(standing);
  let subscription: Subscription | undefined;
  let isWatching = false;
  let wantsRefresh = false;
  let hasOverflowed = false;
  let pauseMs = PAUSE_MS;
  let askedAt = -Infinity;

  const refresh = async (): Promise<void> => {
    if (!subscription) return;
    wantsRefresh = false;
    hasOverflowed = false;
    askedAt = clock.monotonic();
    const status = await callRefresh(connection, subscription.id);
    // Somebody else's is under way.
    if (status?.name === 'BadRefreshInProgress') wantsRefresh = true;
    else if (status)
      sink.event('opcua.no-condition-refresh', `The server does not tell its standing alarms: ${status.name}`);
  };

  const lose = (text: string): void => {
    book.doubt();
    wantsRefresh = true;
    sink.event('opcua.conditions-lost', `${text}; asking for all that stand`);
  };

  const endRefresh = (): void => {
    pauseMs = hasOverflowed ? Math.min(pauseMs * 2, LONGEST_PAUSE_MS) : PAUSE_MS;
    const vanished = book.endRefresh();
    for (const alarm of vanished) tell(alarm);
    const text = `The server has told its standing alarms: ${standing.size}; ${vanished.length} vanished unseen`;
    sink.event('opcua.conditions-refreshed', text, { standing: standing.size, vanished: vanished.length });
  };

  const tell = (alarm: PlantAlarm): void => sink.event(PLANT_ALARM_EVENT, alarmText(alarm), { ...alarm });

  return {
    subscriptions: () => (subscription ? [subscription] : []),
    async start() {
      try {
        const nodeId = nodeIdIn(namespaces, addressSchema.parse(node));
        if (nodeId === undefined) throw new ServiceError(`find ${node}`, StatusCodes.BadNodeIdUnknown);
        subscription = await openSubscription(connection, { publishingInterval: 1000, keepAlive });
        publisher.add(subscription);
        await monitorEvents(connection, subscription.id, nodeId);
        isWatching = true;
        await refresh();
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        sink.event('opcua.no-conditions', `The server's own alarms can't be watched: ${error.message}`);
      }
    },
    take(events) {
      for (const { eventFields } of events) {
        const event = conditionEvent(eventFields ?? [], { namespaces, now: clock.now() });
        switch (event.type) {
          case 'alarm': {
            const alarm = book.take(event.alarm);
            if (alarm) tell(alarm);
            break;
          }
          case 'refresh-start':
            book.beginRefresh();
            break;
          case 'refresh-end':
            endRefresh();
            break;
          case 'refresh-required':
            wantsRefresh = true;
            break;
          case 'overflow':
            hasOverflowed = true;
            lose('The server dropped alarm events: its queue was full');
            break;
          case 'other':
            break;
        }
      }
    },
    missed({ id }, messages) {
      if (id !== subscription?.id) return false;
      lose(`${messages} messages about the server's alarms never arrived`);
      return true;
    },
    async settle() {
      if (isWatching && wantsRefresh && clock.monotonic() - askedAt >= pauseMs) await refresh();
    },
  };
}

async function monitorEvents(connection: UaConnection, subscriptionId: number, nodeId: string): Promise<void> {
  const request = new CreateMonitoredItemsRequest({
    subscriptionId,
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
}

/** Returns why the server does not, if so. */
async function callRefresh(connection: UaConnection, subscriptionId: number) {
  const request = new CallRequest({
    methodsToCall: [
      {
        objectId: CONDITION_TYPE,
        methodId: CONDITION_REFRESH,
        inputArguments: [{ dataType: DataType.UInt32, value: subscriptionId }],
      },
    ],
  });
  const { results } = await connection.request<CallResponse>(request, 'ask for the alarms that stand');
  const status = results?.[0]?.statusCode;
  return status?.isBad() ? status : undefined;
}

const alarmText = ({ sourceName, condition, change, state, overlay, severity, message }: PlantAlarm): string => {
  const lies = overlay === 'none' ? state : `${state}, ${overlay}`;
  return `Plant alarm ${sourceName} ${condition}: ${change} (${lies}, severity ${severity})${message ? `: ${message}` : ''}`;
};
