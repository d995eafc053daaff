import type { MonitoredItemNotification } from 'node-opcua-client';
import { bad } from '#agent/model/quality.ts';
import { SourceError } from '#drivers/driver.ts';
import type { DriverContext } from '#drivers/driver.ts';
import type { OpcuaAddress } from './address.ts';
import type { UaConnection } from './connection.ts';
import { ServiceError } from './faults.ts';
import { createBatchLimit } from './limits.ts';
import { NAMESPACE_HANDLE, closeSubscriptions, monitorNodes, namespaceItem, openSubscription } from './monitoring.ts';
import type { MonitoredNode, Refusal } from './monitoring.ts';
import { isSameTable } from './namespaces.ts';
import { planNodes } from './node-plan.ts';
import { createPublisher } from './publishing.ts';
import type { Subscription } from './publishing.ts';
import { NamespaceChange, readValues } from './read-values.ts';
import type { OpcuaOptions } from './schema.ts';
import { isTextList } from './server-facts.ts';
import type { ServerFacts } from './server-facts.ts';
import type { Sink } from './sink.ts';
import { judge } from './status-code.ts';
import { patienceMs, silentOnes } from './watchdog.ts';

export interface Service {
  readonly options: OpcuaOptions;
  readonly context: DriverContext<OpcuaAddress>;
  readonly sink: Sink;
  /** A sign of life came. */
  readonly alive: () => void;
}

/**
 * Reads every point once, then monitors it, as long as the namespace table stays what it is.
 *
 * @throws NamespaceChange when the table has changed: every index must be resolved anew before the next value
 * @throws SourceError when the connection is no longer good
 */
export async function serve(connection: UaConnection, facts: ServerFacts, service: Service): Promise<never> {
  const { options, context, sink, alive } = service;
  const { nodes, withheld } = planNodes(context.points, facts.namespaces);
  sink.withheld(
    withheld.map(({ part }) => part),
    bad('namespace'),
  );
  const missingUris = [...new Set(withheld.map(({ namespaceUri }) => namespaceUri))];
  if (missingUris.length > 0)
    sink.event(
      'opcua.namespace-missing',
      `The server does not have namespace ${missingUris.join(', ')}; ${withheld.length} points are withheld`,
      { points: withheld.length },
    );
  const readLimit = createBatchLimit(facts.limits.read && facts.limits.read - 1, options.itemsPerRequest);
  for await (const values of readValues(connection, { nodes, namespaces: facts.namespaces }, readLimit)) {
    sink.values(values.flatMap(({ node, answer }) => (answer instanceof ServiceError ? [] : [[node.parts, answer]])));
    for (const { node, answer } of values)
      if (answer instanceof ServiceError) sink.withheld(node.parts, judge(answer.code, answer.status).quality);
    alive();
  }

  const end = Promise.withResolvers<never>();
  end.promise.catch(() => {});
  const items = new Map<number, MonitoredNode>(
    nodes.map((node, index) => [index + 1, { handle: index + 1, node }] as const),
  );
  const changes = (notifications: readonly MonitoredItemNotification[]): void => {
    for (const { clientHandle, value } of notifications) {
      const table: unknown = clientHandle === NAMESPACE_HANDLE ? value.value.value : undefined;
      if (isTextList(table) && !isSameTable(facts.namespaces, table)) throw new NamespaceChange();
    }
    sink.values(
      notifications.flatMap(({ clientHandle, value }) => {
        const item = items.get(clientHandle);
        return item ? [[item.node.parts, value] as const] : [];
      }),
    );
  };
  const publisher = createPublisher(connection, context.clock, {
    changes,
    heard: alive,
    missed: ({ id }, messages) =>
      sink.event('opcua.sequence-gap', `${messages} messages of subscription ${id} never arrived`, { messages }),
    failed: end.reject,
  });
  const subscriptions: Subscription[] = [];
  const timers: NodeJS.Timeout[] = [];
  try {
    const monitorLimit = createBatchLimit(facts.limits.monitor, options.itemsPerRequest);
    const all = [...items.values()];
    let refused: { subscription: Subscription; refusals: Refusal[] }[] = [];
    for (let start = 0; start === 0 || start < all.length; start += options.itemsPerSubscription) {
      const subscription = await openSubscription(connection, options);
      subscriptions.push(subscription);
      publisher.add(subscription);
      const part = [namespaceItem, ...all.slice(start, start + options.itemsPerSubscription)];
      const refusals = await monitorNodes(connection, subscription, { items: part, options, limit: monitorLimit });
      if (refusals.length > 0) refused.push({ subscription, refusals });
    }
    const tellRefused = (): void => {
      const refusals = refused.flatMap(({ refusals }) => refusals);
      for (const { item, status } of refusals) sink.withheld(item.node.parts, judge(status.code, status.name).quality);
      const [first] = refusals;
      if (first)
        sink.event(
          'opcua.nodes-refused',
          `The server refuses ${refusals.length} nodes, first ${first.item.node.address}: ${first.status.name}`,
          { nodes: refusals.length },
        );
    };
    tellRefused();
    const retry = async (): Promise<void> => {
      const before = refused;
      refused = [];
      for (const { subscription, refusals } of before) {
        const again = refusals.map(({ item }) => item);
        const still = await monitorNodes(connection, subscription, { items: again, options, limit: monitorLimit });
        if (still.length > 0) refused.push({ subscription, refusals: still });
      }
      if (before.length > 0) tellRefused();
    };
    timers.push(setInterval(() => void retry().catch(end.reject), options.retryBadNodes));
    const look = (): void => {
      const [silent] = silentOnes(publisher.silence());
      if (silent)
        end.reject(
          new SourceError(
            `${connection.endpoint}: no data and no keep-alive from subscription ${silent.subscription.id} for ${Math.round(silent.silentMs)} ms, expected one within ${silent.subscription.keepAliveMs} ms`,
          ),
        );
    };
    timers.push(setInterval(look, Math.min(1000, patienceMs(options.keepAlive) / 4)));
    return await Promise.race([end.promise, connection.lost]);
  } catch (error) {
    publisher.stop();
    if (error instanceof NamespaceChange) await closeSubscriptions(connection, subscriptions);
    throw error;
  } finally {
    publisher.stop();
    for (const timer of timers) clearInterval(timer);
  }
}
