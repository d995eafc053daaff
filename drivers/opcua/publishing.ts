import {
  DataChangeNotification,
  EventNotificationList,
  PublishRequest,
  StatusChangeNotification,
} from 'node-opcua-client';
import type {
  EventFieldList,
  MonitoredItemNotification,
  NotificationMessage,
  PublishResponse,
} from 'node-opcua-client';
import type { Clock } from '#agent/model/clock.ts';
import { SourceError } from '#drivers/driver.ts';
import type { UaConnection } from './connection.ts';
import { DeadlineError, ServiceError, SubscriptionLost, messageOf } from './faults.ts';
import { republish } from './republishing.ts';
import { FIRST, missingBefore, nextSequence } from './sequence.ts';
import { silenceText } from './watchdog.ts';
import type { Silence } from './watchdog.ts';

/** One subscription of this session, as the publisher keeps it. */
export interface Subscription {
  readonly id: number;
  /** Revised: the server sends something at least this often. Milliseconds. */
  readonly keepAliveMs: number;
}

export interface Listener {
  /** Changes of one notification, in the server's order. */
  readonly changes: (items: readonly MonitoredItemNotification[]) => void;
  readonly events: (events: readonly EventFieldList[]) => void;
  /** A sign of life of a subscription: a message or a keep-alive. */
  readonly heard: (subscription: Subscription) => void;
  /** Messages never came and the server no longer has them; `since` is UTC ms of the last one before. */
  readonly missed: (subscription: Subscription, missed: { readonly messages: number; readonly since: number }) => void;
  /** The subscriptions can't go on. */
  readonly failed: (error: unknown) => void;
}

export interface Publisher {
  /** From now on messages of this subscription are asked for and delivered. */
  readonly add: (subscription: Subscription) => void;
  /** How long each subscription has been silent, longest first. */
  readonly silence: () => Silence[];
  /** Asks the server for the message that should have come, and puts new publish requests beside those that got stuck. */
  readonly rouse: (silence: Silence) => Promise<void>;
  readonly stop: () => void;
}

interface Tracked {
  readonly subscription: Subscription;
  expected: number;
  /** By the monotonic clock. */
  heardAt: number;
  /** UTC ms. */
  messageAt: number;
  /** Set while missing messages are fetched: what came meanwhile waits, so that order is kept. */
  held: NotificationMessage[] | undefined;
}

/**
 * Publish requests that wait at the server: one more than subscriptions, so that none is delayed. With fewer, servers
 * serve whom they like: of 50 subscriptions with 10 requests, 45 went silent. A server that takes fewer says so.
 */
const MOST_OUTSTANDING = 100;

/** Messages that a server may send twice: no more than it keeps for republishing. */
const MOST_REPEATED = 100;

/**
 * Keeps publish requests waiting at the server and sorts out what comes back: order, acknowledgement, keep-alives and
 * messages that never came. The library's own engine does none of the last two, and stops for good on some refusals.
 */
export function createPublisher(connection: UaConnection, clock: Clock, listener: Listener): Publisher {
  const tracked = new Map<number, Tracked>();
  let acknowledgements: { subscriptionId: number; sequenceNumber: number }[] = [];
  let outstanding = 0;
  let mostOutstanding = MOST_OUTSTANDING;
  let round = 0;
  let isStopped = false;

  const fill = (): void => {
    const wanted = tracked.size === 0 || isStopped ? 0 : Math.min(mostOutstanding, tracked.size + 1);
    for (let missing = wanted - outstanding; missing > 0; missing -= 1) void ask(round);
  };

  const ask = async (ofRound: number): Promise<void> => {
    outstanding += 1;
    const subscriptionAcknowledgements = acknowledgements;
    acknowledgements = [];
    try {
      const request = new PublishRequest({ subscriptionAcknowledgements });
      receive(await connection.request<PublishResponse>(request, 'wait for notifications', patienceMs()));
    } catch (error) {
      if (!isStopped) refused(error);
    } finally {
      if (ofRound === round) outstanding -= 1;
    }
    fill();
  };

  /** Outstanding requests are served in turn, so the last of them waits for as many keep-alives. */
  const patienceMs = (): number => {
    const longest = Math.max(...[...tracked.values()].map(({ subscription }) => subscription.keepAliveMs));
    return longest * 2 * (Math.min(mostOutstanding, tracked.size + 1) + 1);
  };

  const refused = (error: unknown): void => {
    if (error instanceof DeadlineError) return;
    if (!(error instanceof ServiceError)) listener.failed(error);
    else if (error.status === 'BadTimeout') return;
    else if (error.status === 'BadTooManyPublishRequests' && outstanding > 1) mostOutstanding = outstanding - 1;
    else listener.failed(new SubscriptionLost(error.message, { cause: error }));
  };

  const receive = ({ subscriptionId, notificationMessage }: PublishResponse): void => {
    const state = tracked.get(subscriptionId);
    if (!state || isStopped) return;
    state.heardAt = clock.monotonic();
    if (state.held) state.held.push(notificationMessage);
    else take(state, notificationMessage);
    if (!isStopped) listener.heard(state.subscription);
  };

  const take = (state: Tracked, message: NotificationMessage): void => {
    const { sequenceNumber } = message;
    const missed = missingBefore(state.expected, sequenceNumber);
    // A keep-alive tells the number of the message to come and uses none up (OPC 10000-4 §5.14.1.1).
    const isKeepAlive = (message.notificationData ?? []).length === 0;
    // Delivered before: its values are old. Far behind, the server counts anew, and what it sends now is new.
    if (missed < 0 && (isKeepAlive || missed >= -MOST_REPEATED)) return;
    if (missed > 0) {
      state.held = [message];
      mend(state, state.expected, missed).catch(listener.failed);
      return;
    }
    state.expected = isKeepAlive ? sequenceNumber : nextSequence(sequenceNumber);
    if (!isKeepAlive) deliver(state, message);
  };

  const deliver = (state: Tracked, message: NotificationMessage): void => {
    acknowledgements.push({ subscriptionId: state.subscription.id, sequenceNumber: message.sequenceNumber });
    state.messageAt = clock.now();
    for (const notification of message.notificationData ?? []) {
      if (isStopped) return;
      if (notification instanceof DataChangeNotification) listener.changes(notification.monitoredItems ?? []);
      else if (notification instanceof EventNotificationList) listener.events(notification.events ?? []);
      else if (notification instanceof StatusChangeNotification)
        listener.failed(
          new SubscriptionLost(`the server ended subscription ${state.subscription.id}: ${notification.status.name}`),
        );
    }
  };

  /** Fetches what is missing, then lets go on what has waited. */
  const mend = async (state: Tracked, from: number, count: number): Promise<void> => {
    const since = state.messageAt;
    const { messages, lost } = await republish(connection, state.subscription.id, { from, count });
    for (const message of messages) deliver(state, message);
    if (lost > 0) listener.missed(state.subscription, { messages: lost, since });
    const held = state.held ?? [];
    state.held = undefined;
    state.expected = held[0]?.sequenceNumber ?? nextSequence(from);
    for (const [index, message] of held.entries()) {
      take(state, message);
      // A further hole: what is behind it waits again.
      if (state.held !== undefined) {
        state.held = held.slice(index);
        return;
      }
    }
  };

  return {
    add(subscription) {
      const heardAt = clock.monotonic();
      tracked.set(subscription.id, {
        subscription,
        expected: FIRST,
        heardAt,
        messageAt: clock.now(),
        held: undefined,
      });
      fill();
    },
    silence: () =>
      [...tracked.values()]
        .map(({ subscription, heardAt }) => ({ subscription, silentMs: clock.monotonic() - heardAt }))
        .sort((a, b) => b.silentMs - a.silentMs),
    async rouse(silence) {
      const state = tracked.get(silence.subscription.id);
      if (!state || isStopped) return;
      try {
        const { messages } = await republish(connection, state.subscription.id, { from: state.expected, count: 1 });
        for (const message of messages) take(state, message);
      } catch (error) {
        if (error instanceof SubscriptionLost) throw error;
        throw new SourceError(`${connection.endpoint}: ${silenceText(silence)}; ${messageOf(error)}`, { cause: error });
      }
      round += 1;
      outstanding = 0;
      fill();
    },
    stop() {
      isStopped = true;
    },
  };
}
