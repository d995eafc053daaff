import { StatusCodes } from 'node-opcua';
import type {
  CreateSubscriptionRequest,
  PublishRequest,
  ReadRequest,
  RepublishRequest,
  ServerSession,
} from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { endSessions } from './end-sessions.ts';
import { eventually } from './recorder.ts';
import { createScene, pointsOf, uri } from './scene.ts';
import { tapService } from './service-tap.ts';
import { double } from './test-server.ts';
import type { TestServer } from './test-server.ts';

const scene = createScene();
afterEach(scene.end);

const restless = { keepAlive: '500ms', requestTimeout: '2s' };

const tapAll = ({ server }: TestServer) => ({
  publish: tapService<PublishRequest>(server, 'Publish'),
  republish: tapService<RepublishRequest>(server, 'Republish'),
  subscriptions: tapService<CreateSubscriptionRequest>(server, 'CreateSubscription'),
  reads: tapService<ReadRequest>(server, 'Read'),
});

const asksFor = (tag: string) => (request: ReadRequest) =>
  (request.nodesToRead ?? []).some(({ nodeId }) => nodeId.value === tag);

test('publish requests that got stuck are replaced, and nothing that changed meanwhile is lost', async () => {
  const server = await scene.serve({ T: double(0) });
  const taps = tapAll(server);
  taps.publish.verdict = () => 'silent';
  const run = await scene.watch(server, pointsOf(['T']), { ...restless, samplingInterval: '0ms', queueSize: 100 });
  await eventually(() => server.monitored() === 2);
  for (const value of [1, 2, 3]) server.set('T', double(value));
  await run.until(() => run.states().at(-1) === 'degraded', 'degraded');
  expect(run.events('opcua.subscription-silent')).toHaveLength(1);
  taps.publish.verdict = () => undefined;
  await run.until(() => run.samples('T').at(-1)?.value === 3, 'what changed');
  expect(run.samples('T').map(({ value }) => value)).toEqual([0, 1, 2, 3]);
  await run.until(() => run.states().at(-1) === 'online', 'online again');
});

test('climbs from republish to a new subscription, session and connection when publishing stays dead, reading each time', async () => {
  const server = await scene.serve({ T: double(0) });
  const taps = tapAll(server);
  taps.publish.verdict = () => 'silent';
  const run = await scene.watch(server, pointsOf(['T']), restless);
  let sessions = 0;
  server.server.on('create_session', () => (sessions += 1));
  const seen: string[] = [];
  const look = () => {
    const { republish, subscriptions } = taps;
    const counts = `${republish.requests.length} ${subscriptions.requests.length} ${sessions}`;
    if (seen.at(-1) !== counts) seen.push(counts);
  };
  const looking = setInterval(look, 5);
  scene.add(() => clearInterval(looking));
  await run.until(() => run.events('opcua.subscription-lost').length === 1, 'a lost subscription');
  server.set('T', double(1));
  await run.until(() => run.samples('T').at(-1)?.value === 1, 'the full read after subscribing again');
  await run.until(() => run.events('opcua.subscription-lost').length === 2, 'the second loss');
  server.set('T', double(2));
  await run.until(() => run.samples('T').at(-1)?.value === 2, 'the full read of the new session');
  const error = await run.failed;
  expect(error.name).toBe('SourceError');
  expect(error.message).toContain('no data and no keep-alive from subscription');
  expect(run.events('opcua.subscription-lost').map(({ text }) => text.split('; ').at(-1))).toEqual([
    'subscribing again',
    'making a new session',
  ]);
  const order = ['0 1 1', '1 1 1', '1 2 1', '2 2 1', '2 2 2', '2 3 2', '3 3 2'];
  expect(seen.filter((counts) => order.includes(counts))).toEqual(order);
  expect(taps.reads.requests.filter(asksFor('T'))).toHaveLength(3);
  expect(
    run.samples('T').map(({ value }) => value),
    'an unchanged value comes once',
  ).toEqual([0, 1, 2]);
}, 180_000);

test('a session that the server has ended is replaced at once, and what changed meanwhile is read', async () => {
  const server = await scene.serve({ T: double(0), U: double(7) });
  const run = await scene.watch(server, pointsOf(['T', 'U']));
  await eventually(() => server.monitored() === 3);
  endSessions(server);
  server.set('T', double(1));
  await run.until(() => run.samples('T').at(-1)?.value === 1, 'the change');
  await eventually(() => server.monitored() === 3);
  server.set('T', double(2));
  await run.until(() => run.samples('T').at(-1)?.value === 2, 'a change in the new session');
  expect(
    run.samples('U').map(({ value }) => value),
    'what did not change comes once',
  ).toEqual([7]);
  expect(server.server.engine.currentSessionCount, 'no session is left behind').toBe(1);
});

test('a subscription that the server has ended is made anew', async () => {
  const server = await scene.serve({ T: double(0) });
  const run = await scene.watch(server, pointsOf(['T']));
  await eventually(() => server.monitored() === 2);
  const { _sessions } = server.server.engine as unknown as { _sessions: Record<string, ServerSession> };
  for (const { publishEngine } of Object.values(_sessions))
    for (const subscription of publishEngine.subscriptions) subscription.terminate();
  server.set('T', double(1));
  await run.until(() => run.samples('T').at(-1)?.value === 1, 'the change');
  await eventually(() => server.monitored() === 2);
  expect(run.events('opcua.subscription-lost')).toHaveLength(1);
  expect(server.server.engine.currentSubscriptionCount, 'none is left behind').toBe(1);
});

test('a point comes alive when the namespace that it waits for appears', async () => {
  const server = await scene.serve({ T: double(0) });
  const late = 'urn:plant:late';
  const run = await scene.watch(server, { ...pointsOf(['T']), L: `nsu=${late};s=L` });
  await run.until(() => run.samples('L').length > 0 && run.samples('T').length > 0, 'both points');
  expect(run.samples('L')[0]).toMatchObject({ value: null, quality: { level: 'bad', reason: 'namespace' } });
  const addressSpace = server.server.engine.addressSpace;
  addressSpace
    ?.registerNamespace(late)
    .addVariable({
      componentOf: addressSpace.rootFolder.objects.server,
      nodeId: 's=L',
      browseName: 'L',
      dataType: 'Double',
    })
    .setValueFromSource(double(5));
  await run.until(() => run.samples('L').at(-1)?.value === 5, 'the value');
  expect(run.samples('T').at(-1)).toMatchObject({ value: 0, quality: { level: 'good' } });
});

test.each(['subscribe', 'read'])('a source whose only namespace appears late comes alive, in mode %s', async (mode) => {
  const server = await scene.serve({});
  const late = 'urn:plant:late';
  const run = await scene.watch(server, { L: `nsu=${late};s=L` }, { mode, keepAlive: '500ms' });
  await run.until(() => run.states().includes('online'), 'online');
  expect(run.samples('L')[0]?.quality.reason).toBe('namespace');
  const addressSpace = server.server.engine.addressSpace;
  addressSpace
    ?.registerNamespace(late)
    .addVariable({
      componentOf: addressSpace.rootFolder.objects.server,
      nodeId: 's=L',
      browseName: 'L',
      dataType: 'Double',
    })
    .setValueFromSource(double(5));
  await run.until(() => run.samples('L').at(-1)?.value === 5, 'the value');
});

test('a node that vanishes while it is monitored is bad, and comes alive when it is back', async () => {
  const server = await scene.serve({ T: double(0), Old: double(1) });
  const run = await scene.watch(server, pointsOf(['T', 'Old']), { retryBadNodes: '1s' });
  await eventually(() => server.monitored() === 3);
  const addressSpace = server.server.engine.addressSpace;
  addressSpace?.deleteNode(server.variable('Old'));
  await run.until(() => run.samples('Old').at(-1)?.quality.level === 'bad', 'bad quality');
  expect(run.samples('Old').at(-1)?.quality.reason).toBe('no-such-address');
  await run.until(() => run.events('opcua.nodes-refused').length > 0, 'a retry that fails');
  addressSpace
    ?.getNamespace(uri)
    .addVariable({
      componentOf: addressSpace.rootFolder.objects.server,
      nodeId: 's=Old',
      browseName: 'Old',
      dataType: 'Double',
    })
    .setValueFromSource(double(9));
  await run.until(() => run.samples('Old').at(-1)?.value === 9, 'the node again');
  expect(server.monitored(), 'the dead item is gone').toBe(3);
  server.set('T', double(3));
  await run.until(() => run.samples('T').at(-1)?.value === 3, 'the other node');
});

test('a refusal of every service but reading never ends the driver for good', async () => {
  const server = await scene.serve({ T: double(0) });
  const taps = tapAll(server);
  taps.subscriptions.verdict = () => StatusCodes.BadTooManySubscriptions;
  const run = await scene.watch(server, pointsOf(['T']));
  const error = await run.failed;
  expect(error.name, 'the supervisor tries again').toBe('SourceError');
  expect(error.message).toContain('BadTooManySubscriptions');
  expect(run.samples('T').map(({ value }) => value)).toEqual([0]);
});
