import { DataChangeNotification, PublishRequest, StatusChangeNotification } from 'node-opcua-client';
import type { MonitoredItemNotification, PublishResponse } from 'node-opcua-client';
import { SourceError } from '#drivers/driver.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { UaConnection } from './connection.ts';
import { DeadlineError, ServiceError } from './faults.ts';
import { missingBefore, nextSequence } from './sequence.ts';

/** One subscription of this session, as the publisher keeps it. */
export interface Subscription {
  readonly id: number;
  /** Revised: the server sends something at least this often. Milliseconds. */
  readonly keepAliveMs: number;
}

export interface Listener {
  /** Changes of one notification message, in the server's order. */
  readonly changes: (items: readonly MonitoredItemNotification[]) => void;
  /** A sign of life of a subscription: a message or a keep-alive. */
  readonly heard: (subscription: Subscription) => void;
  /** Messages of a subscription never came. */
  readonly missed: (subscription: Subscription, messages: number) => void;
  /** The subscriptions can't go on. */
  readonly failed: (error: unknown) => void;
}

export interface Publisher {
  /** From now on messages of this subscription are asked for and delivered. */
  readonly add: (subscription: Subscription) => void;
  readonly remove: (subscription: Subscription) => void;
  /** How long each subscription has been silent, longest first. */
  readonly silence: () => { readonly subscription: Subscription; readonly silentMs: number }[];
  readonly stop: () => void;
}

interface Tracked {
  readonly subscription: Subscription;
  expected: number | undefined;
  heardAt: number;
}

/** Publish requests that wait at the server: one more than subscriptions, so that a slow network delays none. */
const MOST_OUTSTANDING = 10;

/**
 * Keeps publish requests waiting at the server and sorts out what comes back: order, acknowledgement, keep-alives and
 * messages that never came. The library's own engine does none of the last two, and stops for good on some refusals.
 */
export function createPublisher(connection: UaConnection, clock: Clock, listener: Listener): Publisher {
  const tracked = new Map<number, Tracked>();
  let acknowledgements: { subscriptionId: number; sequenceNumber: number }[] = [];
  let outstanding = 0;
  let mostOutstanding = MOST_OUTSTANDING;
  let isStopped = false;

  const fill = (): void => {
    const wanted = tracked.size === 0 || isStopped ? 0 : Math.min(mostOutstanding, tracked.size + 1);
    for (let missing = wanted - outstanding; missing > 0; missing -= 1) void ask();
  };

  const ask = async (): Promise<void> => {
    outstanding += 1;
    const subscriptionAcknowledgements = acknowledgements;
    acknowledgements = [];
    try {
      const request = new PublishRequest({ subscriptionAcknowledgements });
      receive(await connection.request<PublishResponse>(request, 'wait for notifications', patienceMs()));
    } catch (error) {
      if (!isStopped) refused(error);
    } finally {
      outstanding -= 1;
    }
    fill();
  };

  /** Outstanding requests are served in turn, so the last of them waits for as many keep-alives. */
  const patienceMs = (): number => {
    const longest = Math.max(...[...tracked.values()].map(({ subscription }) => subscription.keepAliveMs));
    return longest * 2 * (mostOutstanding + 1);
  };

  const refused = (error: unknown): void => {
    if (error instanceof ServiceError && error.status === 'BadTooManyPublishRequests' && outstanding > 1)
      mostOutstanding = outstanding - 1;
    else if (error instanceof ServiceError && error.status === 'BadTimeout') return;
    else if (error instanceof DeadlineError) return;
    else listener.failed(error);
  };

  const receive = ({ subscriptionId, notificationMessage }: PublishResponse): void => {
    const state = tracked.get(subscriptionId);
    if (!state || isStopped) return;
    state.heardAt = clock.monotonic();
    const data = notificationMessage.notificationData ?? [];
    const { sequenceNumber } = notificationMessage;
    const missed = state.expected === undefined ? 0 : missingBefore(state.expected, sequenceNumber);
    // A keep-alive tells the number of the message to come and uses none up (OPC 10000-4 §5.14.1.1).
    const isKeepAlive = data.length === 0;
    state.expected = isKeepAlive ? sequenceNumber : nextSequence(sequenceNumber);
    if (!isKeepAlive) acknowledgements.push({ subscriptionId, sequenceNumber });
    if (missed > 0) listener.missed(state.subscription, missed);
    for (const notification of data) {
      if (notification instanceof DataChangeNotification) listener.changes(notification.monitoredItems ?? []);
      else if (notification instanceof StatusChangeNotification)
        return listener.failed(
          new SourceError(
            `${connection.endpoint}: the server ended subscription ${subscriptionId}: ${notification.status.name}`,
          ),
        );
    }
    listener.heard(state.subscription);
  };

  return {
    add(subscription) {
      tracked.set(subscription.id, { subscription, expected: undefined, heardAt: clock.monotonic() });
      fill();
    },
    remove: ({ id }) => void tracked.delete(id),
    silence: () =>
      [...tracked.values()]
        .map(({ subscription, heardAt }) => ({ subscription, silentMs: clock.monotonic() - heardAt }))
        .sort((a, b) => b.silentMs - a.silentMs),
    stop() {
      isStopped = true;
    },
  };
}
