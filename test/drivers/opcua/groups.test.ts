import { DataChangeFilter, DataType, DeadbandType, StatusCodes } from 'node-opcua';
import type { CreateMonitoredItemsRequest, CreateSubscriptionRequest, ReadRequest } from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { eventually } from './recorder.ts';
import { addRangedVariable } from './ranged-variable.ts';
import { address, createScene, pointsOf } from './scene.ts';
import { tapService } from './service-tap.ts';
import { double } from './test-server.ts';
import type { TestServer } from './test-server.ts';

const scene = createScene();
afterEach(scene.end);

const tapMonitoring = ({ server }: TestServer) => ({
  subscriptions: tapService<CreateSubscriptionRequest>(server, 'CreateSubscription'),
  creations: tapService<CreateMonitoredItemsRequest>(server, 'CreateMonitoredItems'),
});

/** What was asked for each tag, by its identifier. */
function askedFor({ creations }: ReturnType<typeof tapMonitoring>) {
  return creations.requests.flatMap(({ itemsToCreate }) =>
    (itemsToCreate ?? []).map(({ itemToMonitor, requestedParameters }) => {
      const { samplingInterval, queueSize, discardOldest, filter } = requestedParameters;
      const deadband = filter instanceof DataChangeFilter ? [filter.deadbandType, filter.deadbandValue] : undefined;
      return {
        tag: String(itemToMonitor.nodeId.value),
        samplingInterval,
        queueSize,
        discardOldest,
        deadband,
      };
    }),
  );
}

test('asks for the sampling interval, queue, publishing interval and deadband of each group', async () => {
  const server = await scene.serve({ F1: double(0), S1: double(0), P1: double(0), D1: double(0) });
  const taps = tapMonitoring(server);
  await scene.watch(server, pointsOf(['F1', 'S1', 'P1', 'D1']), {
    publishingInterval: '200ms',
    samplingInterval: '70ms',
    queueSize: 7,
    groups: [
      { name: 'fast', points: ['F*'], publishingInterval: '100ms', samplingInterval: '50ms', queueSize: 20 },
      { name: 'slow', points: ['S?'], publishingInterval: '400ms', deadband: { absolute: 2.5 } },
      { name: 'percent', points: ['P1'], deadband: { percent: 10 } },
    ],
  });
  await eventually(() => askedFor(taps).some(({ tag }) => tag === 'D1'));
  const asked = askedFor(taps).filter(({ tag }) => tag !== '2255');
  expect(
    asked.map(({ tag, samplingInterval, queueSize, deadband }) => [tag, samplingInterval, queueSize, deadband]),
  ).toEqual(
    expect.arrayContaining([
      ['F1', 50, 20, undefined],
      ['S1', 70, 7, [DeadbandType.Absolute, 2.5]],
      ['P1', 70, 7, [DeadbandType.Percent, 10]],
      ['D1', 70, 7, undefined],
    ]),
  );
  expect(asked.every(({ discardOldest }) => discardOldest)).toBe(true);
  expect(taps.subscriptions.requests.map(({ requestedPublishingInterval }) => requestedPublishingInterval)).toEqual([
    100, 400, 200, 200,
  ]);
});

test('keeps the keep-alive at what was asked, whatever the publishing interval', async () => {
  const server = await scene.serve({ F: double(0), D: double(0) });
  const { subscriptions } = tapMonitoring(server);
  const groups = [{ name: 'fast', points: ['F'], publishingInterval: '50ms' }];
  await scene.watch(server, pointsOf(['F', 'D']), { publishingInterval: '500ms', keepAlive: '2s', groups });
  await eventually(() => subscriptions.requests.length === 2);
  const keepAlives = subscriptions.requests.map(
    ({ requestedPublishingInterval, requestedMaxKeepAliveCount }) =>
      requestedPublishingInterval * requestedMaxKeepAliveCount,
  );
  expect(keepAlives).toEqual([2000, 2000]);
  for (const { requestedLifetimeCount, requestedMaxKeepAliveCount } of subscriptions.requests)
    expect(requestedLifetimeCount).toBeGreaterThanOrEqual(3 * requestedMaxKeepAliveCount);
});

test('an absolute deadband keeps small changes at the server and lets large ones through', async () => {
  const server = await scene.serve({ A: double(0), Plain: double(0) });
  const groups = [{ name: 'quiet', points: ['A'], deadband: { absolute: 5 } }];
  const run = await scene.watch(server, pointsOf(['A', 'Plain']), { samplingInterval: '0ms', queueSize: 100, groups });
  await eventually(() => server.monitored() === 4);
  for (const value of [1, 4, 6, 8, 12]) {
    server.set('A', double(value));
    server.set('Plain', double(value));
  }
  await run.until(() => run.samples('Plain').at(-1)?.value === 12 && run.samples('A').at(-1)?.value === 12, 'the last');
  expect(run.samples('Plain').map(({ value }) => value)).toEqual([0, 1, 4, 6, 8, 12]);
  expect(run.samples('A').map(({ value }) => value)).toEqual([0, 6, 12]);
});

test('a percent deadband counts in the range that the server knows', async () => {
  const server = await scene.serve({ Plain: double(0) });
  const ranged = addRangedVariable(server, { id: 'Ranged', range: { low: 0, high: 200 }, value: 0 });
  const groups = [{ name: 'quiet', points: ['Ranged'], deadband: { percent: 10 } }];
  const run = await scene.watch(server, pointsOf(['Ranged', 'Plain']), {
    samplingInterval: '0ms',
    queueSize: 100,
    groups,
  });
  await eventually(() => server.monitored() === 4);
  for (const value of [10, 19, 21, 30, 60]) ranged.setValueFromSource(double(value));
  await run.until(() => run.samples('Ranged').at(-1)?.value === 60, 'the last');
  expect(run.samples('Ranged').map(({ value }) => value)).toEqual([0, 21, 60]);
});

test('delivers without a deadband where the server refuses one, and says so once', async () => {
  const server = await scene.serve({
    Text: { dataType: DataType.String, value: 'off' },
    NoRange: double(0),
  });
  const run = await scene.watch(
    server,
    { Text: address('Text'), NoRange: address('NoRange') },
    {
      groups: [
        { name: 'text', points: ['Text'], deadband: { absolute: 1 } },
        { name: 'no range', points: ['NoRange'], deadband: { percent: 10 } },
      ],
    },
  );
  await eventually(() => server.monitored() === 4);
  server.set('Text', { dataType: DataType.String, value: 'on' });
  server.set('NoRange', double(0.001));
  await run.until(() => run.samples('Text').at(-1)?.value === 'on', 'the text');
  await run.until(() => run.samples('NoRange').at(-1)?.value === 0.001, 'the number');
  expect(run.samples().filter(({ quality }) => quality.level !== 'good')).toEqual([]);
  expect(run.events('opcua.deadband-refused').map(({ text }) => text)).toEqual([
    expect.stringContaining('group text'),
    expect.stringContaining('group no range'),
  ]);
});

test('reads in cycles what a group asks to be read, and nothing of it is monitored', async () => {
  const server = await scene.serve({ R: double(1), S: double(1) });
  const { creations } = tapMonitoring(server);
  const reads = tapService<ReadRequest>(server.server, 'Read');
  const run = await scene.watch(server, pointsOf(['R', 'Gone', 'S']), {
    groups: [{ name: 'polled', points: ['R', 'Gone'], mode: 'read', publishingInterval: '100ms' }],
  });
  await eventually(() => server.monitored() === 2);
  const before = reads.requests.length;
  await eventually(() => reads.requests.length >= before + 5);
  server.set('R', double(2));
  server.set('S', double(2));
  await run.until(() => ['R', 'S'].every((point) => run.samples(point).at(-1)?.value === 2), 'both changes');
  const monitored = creations.requests.flatMap(({ itemsToCreate }) =>
    (itemsToCreate ?? []).map(({ itemToMonitor }) => itemToMonitor.nodeId.value),
  );
  expect(monitored).not.toContain('R');
  expect(
    reads.requests
      .slice(before)
      .flatMap(({ nodesToRead }) => nodesToRead ?? [])
      .map(({ nodeId }) => nodeId.value),
  ).not.toContain('S');
  expect(
    run.samples('R').map(({ value }) => value),
    'an unchanged reading is no news',
  ).toEqual([1, 2]);
  expect(run.samples('Gone').map(({ quality }) => quality.reason)).toEqual(['no-such-address']);
});

test.each(['BadServiceUnsupported', 'BadNotImplemented'] as const)(
  'reads everything in cycles when the server answers a subscription with %s, and says so',
  async (status) => {
    const server = await scene.serve({ T: double(1) });
    const { subscriptions } = tapMonitoring(server);
    subscriptions.verdict = () => StatusCodes[status];
    const run = await scene.watch(server, pointsOf(['T', 'Gone']));
    await run.until(() => run.events('opcua.no-subscriptions').length > 0, 'the event');
    for (const value of [2, 3]) {
      server.set('T', double(value));
      await run.until(() => run.samples('T').at(-1)?.value === value, `value ${value}`);
    }
    expect(run.samples('Gone').at(-1)?.quality.reason).toBe('no-such-address');
    expect(run.states().at(-1)).toBe('online');
  },
);

test('reads in cycles too when the server takes subscriptions and then offers no monitored items', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `T${index}`);
  const server = await scene.serve(Object.fromEntries(ids.map((id) => [id, double(1)])));
  const { creations } = tapMonitoring(server);
  creations.verdict = () => StatusCodes.BadServiceUnsupported;
  const run = await scene.watch(server, pointsOf(ids));
  await run.until(() => run.events('opcua.no-subscriptions').length > 0, 'the event');
  server.set('T0', double(2));
  await run.until(() => run.samples('T0').at(-1)?.value === 2, 'the change');
  expect(run.samples().filter(({ quality }) => quality.level !== 'good')).toEqual([]);
  expect(creations.requests.length).toBe(1);
});
