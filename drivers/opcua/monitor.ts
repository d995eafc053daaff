import { StatusCodes } from 'node-opcua-client';
import type { MonitoredItemNotification } from 'node-opcua-client';
import type { PointId } from '#agent/model/ids.ts';
import type { UaConnection } from './connection.ts';
import { NamespaceChange } from './faults.ts';
import type { GroupSettings } from './groups.ts';
import type { BatchLimit } from './limits.ts';
import {
  NAMESPACE_HANDLE,
  forgetItems,
  isFilterRefusal,
  monitorNodes,
  namespaceItem,
  openSubscription,
} from './monitoring.ts';
import type { MonitoredNode, Refusal } from './monitoring.ts';
import { isSameTable } from './namespaces.ts';
import type { PlannedNode } from './node-plan.ts';
import type { Publisher, Subscription } from './publishing.ts';
import { isTextList } from './server-facts.ts';
import type { Sink } from './sink.ts';
import { judge } from './status-code.ts';
import type { OpenStructure } from './variant.ts';

/** Every monitored node of one session under one namespace table. */
export interface Monitor {
  /** Monitors a group's nodes, in as many subscriptions as it takes. Refused ones get a bad sample. */
  readonly add: (settings: GroupSettings, nodes: readonly PlannedNode[]) => Promise<void>;
  /** Tries once more to monitor what the server has refused, and what has vanished from it. */
  readonly retryRefused: () => Promise<void>;
  /** Values of one notification become samples; a changed namespace table stops all. */
  readonly take: (notifications: readonly MonitoredItemNotification[]) => void;
  readonly subscriptions: () => readonly Subscription[];
  readonly nodesOf: (subscription: Subscription) => readonly PlannedNode[];
}

interface Member {
  readonly subscription: Subscription;
  readonly settings: GroupSettings;
  readonly items: readonly MonitoredNode[];
  /** The server's numbers of the items, by handle. */
  readonly ids: Map<number, number>;
  refusals: readonly Refusal[];
  /** Nodes that the server had when they were monitored. Items on them stay dead when the nodes come back. */
  readonly vanished: Set<MonitoredNode>;
}

const gone = new Set<number>([StatusCodes.BadNodeIdUnknown.value, StatusCodes.BadNodeIdInvalid.value]);

export interface MonitorPlace {
  readonly publisher: Publisher;
  readonly sink: Sink;
  readonly namespaces: readonly string[];
  readonly limit: BatchLimit;
  readonly keepAlive: number;
  readonly itemsPerSubscription: number;
  readonly open: OpenStructure;
}

export function createMonitor(connection: UaConnection, place: MonitorPlace): Monitor {
  const { publisher, sink, limit } = place;
  const members: Member[] = [];
  const items = new Map<number, { readonly item: MonitoredNode; readonly member: Member }>();

  const ask = async (member: Member, wanted: Parameters<typeof monitorNodes>[2]): Promise<readonly Refusal[]> => {
    const { refusals, ids } = await monitorNodes(connection, member.subscription, wanted);
    for (const [handle, id] of ids) member.ids.set(handle, id);
    return refusals;
  };

  const tryItems = async (member: Member, wanted: readonly MonitoredNode[]): Promise<readonly Refusal[]> => {
    const { settings } = member;
    const refusals = await ask(member, { items: wanted, settings, limit });
    const filtered = refusals.filter(isFilterRefusal).map(({ item }) => item);
    if (filtered.length === 0 || !settings.deadband) return refusals;
    sink.event(
      'opcua.deadband-refused',
      `The server refuses a deadband on ${filtered.length} nodes of group ${settings.name}, first ${filtered[0]?.node.address}; they are monitored without`,
      { nodes: filtered.length },
    );
    const plain = { items: filtered, settings: { ...settings, deadband: undefined }, limit };
    const still = await ask(member, plain);
    return [...refusals.filter((refusal) => !isFilterRefusal(refusal)), ...still];
  };

  /** A refusal that stays the same is told once. */
  const settle = (member: Member, refusals: readonly Refusal[]): void => {
    const before = new Set(member.refusals.map(({ item, status }) => `${item.handle} ${status.code}`));
    member.refusals = refusals;
    for (const { item, status } of refusals) sink.withheld(item.node.parts, judge(status.code, status.name).quality);
    const [first] = refusals;
    if (!first || refusals.every(({ item, status }) => before.has(`${item.handle} ${status.code}`))) return;
    const text = `The server refuses ${refusals.length} nodes, first ${first.item.node.address}: ${first.status.name}`;
    sink.event('opcua.nodes-refused', text, { nodes: refusals.length });
  };

  return {
    subscriptions: () => members.map(({ subscription }) => subscription),
    nodesOf: ({ id }) =>
      members
        .filter(({ subscription }) => subscription.id === id)
        .flatMap(({ items }) => items.map(({ node }) => node)),
    async add(settings, nodes) {
      for (let start = 0; start < nodes.length; start += place.itemsPerSubscription) {
        const subscription = await openSubscription(connection, { ...settings, keepAlive: place.keepAlive });
        const wanted = nodes
          .slice(start, start + place.itemsPerSubscription)
          .map((node, index) => ({ handle: items.size + 1 + index, node }));
        const member: Member = {
          subscription,
          settings,
          items: wanted,
          ids: new Map(),
          refusals: [],
          vanished: new Set(),
        };
        for (const item of wanted) items.set(item.handle, { item, member });
        members.push(member);
        publisher.add(subscription);
        settle(member, await tryItems(member, [namespaceItem, ...wanted]));
      }
    },
    async retryRefused() {
      for (const member of members) {
        const vanished = [...member.vanished];
        const wanted = [...member.refusals.map(({ item }) => item), ...vanished];
        if (wanted.length === 0) continue;
        member.vanished.clear();
        const ids = vanished.flatMap(({ handle }) => member.ids.get(handle) ?? []);
        await forgetItems(connection, member.subscription, { ids, limit });
        settle(member, await tryItems(member, wanted));
      }
    },
    take(notifications) {
      for (const { clientHandle, value } of notifications) {
        const table: unknown = clientHandle === NAMESPACE_HANDLE ? value.value.value : undefined;
        if (isTextList(table) && !isSameTable(place.namespaces, table)) throw new NamespaceChange();
      }
      sink.values((add) => {
        for (const { clientHandle, value } of notifications) {
          const found = items.get(clientHandle);
          if (!found) continue;
          if (gone.has(value.statusCode.value)) found.member.vanished.add(found.item);
          else if (found.member.vanished.size > 0) found.member.vanished.delete(found.item);
          add(found.item.node.parts, value);
        }
      }, place.open);
    },
  };
}

export const pointsOf = (nodes: readonly PlannedNode[]): PointId[] =>
  nodes.flatMap(({ parts }) => parts.map(({ id }) => id));
