import { AttributeIds, ClientMonitoredItemGroup, OPCUAClient, TimestampsToReturn } from 'node-opcua';

/**
 * What a program needs that does nothing but take the values: node-opcua's own client, subscriptions of a thousand
 * nodes, a count. `plain-opcua-client.ts ENDPOINT POINTS WARM-UP-MS MEASURED-MS` prints its share of a core and its rate.
 */
const [endpoint = '', points = '0', warmUpMs = '0', measuredMs = '0'] = process.argv.slice(2);
const NODES = 1000;

const client = OPCUAClient.create({ endpointMustExist: false });
await client.connect(endpoint);
const session = await client.createSession();
const namespace = (await session.readNamespaceArray()).indexOf('urn:firewatch:simulator:plant');
let values = 0;
for (let first = 0; first < Number(points); first += NODES) {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 1000,
    requestedLifetimeCount: 100,
    requestedMaxKeepAliveCount: 3,
    publishingEnabled: true,
  });
  const items = Array.from({ length: Math.min(NODES, Number(points) - first) }, (_, at) => ({
    nodeId: `ns=${namespace};s=LOAD-${String(first + at + 1).padStart(5, '0')}`,
    attributeId: AttributeIds.Value,
  }));
  const group = ClientMonitoredItemGroup.create(
    subscription,
    items,
    { samplingInterval: 1000, queueSize: 10, discardOldest: true },
    TimestampsToReturn.Both,
  );
  group.on('changed', () => (values += 1));
}
await new Promise((resolve) => setTimeout(resolve, Number(warmUpMs)));
const before = { values, cpu: process.cpuUsage(), at: performance.now() };
await new Promise((resolve) => setTimeout(resolve, Number(measuredMs)));
const { user, system } = process.cpuUsage(before.cpu);
const seconds = (performance.now() - before.at) / 1000;
const valuesPerSecond = (values - before.values) / seconds;
process.stdout.write(`${JSON.stringify({ cpuPercent: (user + system) / 1e4 / seconds, valuesPerSecond })}\n`);
await client.disconnect();
process.exit(0);
