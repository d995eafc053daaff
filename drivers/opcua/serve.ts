import { bad } from '#agent/model/quality.ts';
import type { DriverContext, Signal } from '#drivers/driver.ts';
import type { OpcuaAddress } from './address.ts';
import type { UaConnection } from './connection.ts';
import { createConditions } from './conditions.ts';
import { cycle } from './cycle.ts';
import { DeadlineError, ServiceError, messageOf } from './faults.ts';
import { gently } from './gentle.ts';
import { groupPoints } from './groups.ts';
import type { GroupSettings } from './groups.ts';
import { fillOutage } from './history.ts';
import { createBatchLimit, isNoService } from './limits.ts';
import { createMonitor, pointsOf } from './monitor.ts';
import { closeSubscriptions } from './monitoring.ts';
import { readNodeFacts } from './node-facts.ts';
import { planNodes } from './node-plan.ts';
import type { PlannedNode } from './node-plan.ts';
import type { StandingAlarms } from './plant-alarm-book.ts';
import { createPublisher } from './publishing.ts';
import { checkTable, readValues } from './read-values.ts';
import type { OpcuaOptions } from './schema.ts';
import type { ServerFacts } from './server-facts.ts';
import type { Seam } from './seam.ts';
import type { Sink } from './sink.ts';
import { judge } from './status-code.ts';
import { createStructures } from './structures.ts';
import type { StatusTeller } from './status-teller.ts';
import { createWatch } from './watch.ts';

export interface Service {
  readonly options: OpcuaOptions;
  readonly context: DriverContext<OpcuaAddress>;
  readonly sink: Sink;
  readonly status: StatusTeller;
  readonly emit: (signal: Signal) => void;
  /** Where values from the server's history may be put in; undefined where it shall not be read. */
  readonly seam: Seam | undefined;
  /** Alarms of the plant that stood when they were last heard of. */
  readonly standing: StandingAlarms;
}

interface PlannedGroup {
  readonly settings: GroupSettings;
  readonly nodes: readonly PlannedNode[];
}

/** A structure of a type not known yet waits at most this long until its type is asked for. */
const LOOK_FOR_TYPES_MS = 200;

/**
 * Reads every point once, then monitors it, as long as the namespace table stays what it is.
 *
 * @throws NamespaceChange when every index must be resolved anew before the next value
 * @throws SubscriptionLost when nothing is delivered any more although the server may still answer
 * @throws SourceError when the connection is no longer good
 */
export async function serve(connection: UaConnection, facts: ServerFacts, service: Service): Promise<never> {
  const { options, context, sink, status, emit, seam } = service;
  const { namespaces } = facts;
  const groups = planGroups(facts, service);
  // One operation of each request is the namespace table.
  const readLimit = createBatchLimit(facts.limits.read && facts.limits.read - 1, options.itemsPerRequest);
  const structures = createStructures(connection, readLimit);
  const read = async (nodes: readonly PlannedNode[]): Promise<void> => {
    for await (const values of readValues(connection, { nodes, namespaces }, readLimit)) {
      sink.values((add) => {
        for (const { node, answer } of values) if (!(answer instanceof ServiceError)) add(node.parts, answer);
      }, structures.open);
      for (const { node, answer } of values)
        if (answer instanceof ServiceError) sink.withheld(node.parts, judge(answer.code, answer.status).quality);
      status.alive();
    }
  };
  await read(groups.flatMap(({ nodes }) => nodes));

  const end = Promise.withResolvers<never>();
  end.promise.catch(() => {});
  const scope = new AbortController();
  const inBackground = (task: Promise<unknown>): void => void task.catch(end.reject);
  const publisher = createPublisher(connection, context.clock, {
    changes: (notifications) => monitor.take(notifications),
    events: (events) => conditions?.take(events),
    heard: status.alive,
    missed: (subscription, { messages, since }) => {
      if (conditions?.missed(subscription, messages)) return;
      const nodes = monitor.nodesOf(subscription);
      sink.gap({
        since,
        points: pointsOf(nodes),
        text: `${messages} messages of subscription ${subscription.id} never arrived`,
      });
      inBackground(read(nodes));
    },
    failed: end.reject,
  });
  const monitor = createMonitor(connection, {
    publisher,
    sink,
    namespaces,
    limit: createBatchLimit(facts.limits.monitor, options.itemsPerRequest),
    keepAlive: options.keepAlive,
    itemsPerSubscription: options.itemsPerSubscription,
    open: structures.open,
  });
  const conditions =
    options.conditions &&
    createConditions(connection, {
      node: options.conditions.node,
      keepAlive: options.keepAlive,
      namespaces,
      standing: service.standing,
      publisher,
      sink,
      clock: context.clock,
    });
  const learnTypes = async (): Promise<void> => {
    if (!structures.hasUnknown()) return;
    for (const fault of await structures.learn()) sink.event('opcua.structure-unknown', fault);
    const isPart = ({ parts }: PlannedNode): boolean => parts.some(({ path }) => path.length > 0);
    await read(groups.flatMap(({ nodes }) => nodes.filter(isPart)));
  };
  const readInCycles = ({ settings, nodes }: PlannedGroup): void => {
    const timing = { intervalMs: settings.publishingInterval, clock: context.clock, signal: scope.signal };
    inBackground(cycle(timing, () => read(nodes)));
  };
  /** Without a subscription nothing comes by itself: no keep-alive, no change of the table. */
  const keepAlive = async (): Promise<void> => {
    if (publisher.silence().length > 0) return;
    await checkTable(connection, namespaces);
    status.alive();
  };
  const begin = async (): Promise<void> => {
    for (const group of groups) {
      try {
        if (group.settings.mode === 'read') readInCycles(group);
        else await monitor.add(group.settings, group.nodes);
      } catch (error) {
        if (!(error instanceof ServiceError) || !isNoService(error.status)) throw error;
        sink.event(
          'opcua.no-subscriptions',
          `The server offers no subscriptions (${error.status}); values are read instead`,
        );
        readInCycles(group);
      }
    }
    await conditions?.start();
    const every = (intervalMs: number, task: () => Promise<void>): void =>
      inBackground(cycle({ intervalMs, clock: context.clock, signal: scope.signal }, task));
    every(options.retryBadNodes, monitor.retryRefused);
    every(options.keepAlive, keepAlive);
    if (conditions) every(1000, conditions.settle);
    every(Math.min(1000, options.keepAlive), createWatch(publisher, service));
  };
  /** What the server does not manage here is told; its values come all the same. */
  const aside = async (kind: string, task: () => Promise<void>): Promise<void> => {
    try {
      await task();
    } catch (error) {
      if (!(error instanceof ServiceError || error instanceof DeadlineError)) throw error;
      sink.event(kind, messageOf(error));
    }
  };
  const describe = async (nodes: readonly PlannedNode[]): Promise<void> => {
    const limits = { read: readLimit, translate: createBatchLimit(facts.limits.translate, options.itemsPerRequest) };
    for await (const found of readNodeFacts(gently(connection, context.clock), nodes, limits))
      if (Object.keys(found).length > 0) emit({ type: 'device', facts: found });
  };
  const asides = async (): Promise<void> => {
    const nodes = groups.flatMap((group) => group.nodes);
    const limit = createBatchLimit(facts.limits.history, 100);
    if (seam && options.history) {
      // A subscription is given up after four keep-alives of silence, during which another may have shown life.
      const margin = options.publishingInterval + 5 * options.keepAlive;
      const { open } = structures;
      const filling = { seam, longest: options.history.longest, margin, limit, sink, clock: context.clock, open };
      await aside('opcua.outage-unfilled', () => fillOutage(connection, nodes, filling));
    }
    if (options.describe) await aside('opcua.facts-unread', () => describe(nodes));
  };
  try {
    inBackground(cycle({ intervalMs: LOOK_FOR_TYPES_MS, clock: context.clock, signal: scope.signal }, learnTypes));
    inBackground(begin().then(asides));
    return await Promise.race([end.promise, connection.lost]);
  } catch (error) {
    publisher.stop();
    await closeSubscriptions(connection, [...monitor.subscriptions(), ...(conditions?.subscriptions() ?? [])]);
    throw error;
  } finally {
    publisher.stop();
    scope.abort();
  }
}

function planGroups({ namespaces }: ServerFacts, { options, context, sink }: Service): PlannedGroup[] {
  return groupPoints(options, context.points).map(({ settings, points }) => {
    const { nodes, withheld } = planNodes(points, namespaces);
    if (withheld.length > 0) {
      sink.withheld(
        withheld.map(({ part }) => part),
        bad('namespace'),
      );
      const uris = [...new Set(withheld.map(({ namespaceUri }) => namespaceUri))].join(', ');
      const text = `The server does not have namespace ${uris}; ${withheld.length} points of group ${settings.name} are withheld`;
      sink.event('opcua.namespace-missing', text, { points: withheld.length });
    }
    return { settings, nodes };
  });
}
