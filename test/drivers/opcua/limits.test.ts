import { StatusCodes } from 'node-opcua';
import type { CreateMonitoredItemsRequest, ReadRequest } from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { eventually } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { createScene, pointsOf, uri } from './scene.ts';
import { tapService } from './service-tap.ts';
import { double } from './test-server.ts';
import type { TestServer } from './test-server.ts';

const scene = createScene();
afterEach(scene.end);

const ids = Array.from({ length: 250 }, (_, index) => `T${index}`);
const tags = Object.fromEntries(ids.map((id, index) => [id, double(index)]));

const last = (run: Recorder) => ids.map((id) => run.samples(id).at(-1)?.value);

async function deliversEveryChange(server: TestServer, run: Recorder, offset: number): Promise<void> {
  for (const [index, id] of ids.entries()) server.set(id, double(offset + index));
  await run.until(() => last(run).every((value, index) => value === offset + index), 'every change');
}

const tapBoth = ({ server }: TestServer) => ({
  reads: tapService<ReadRequest>(server, 'Read'),
  creations: tapService<CreateMonitoredItemsRequest>(server, 'CreateMonitoredItems'),
});

test('puts no more into a request than the server says it takes', async () => {
  const operationLimits = { maxNodesPerRead: 100, maxMonitoredItemsPerCall: 100 };
  const server = await scene.serve(tags, { server: { serverCapabilities: { operationLimits } } });
  const { reads, creations } = tapBoth(server);
  const run = await scene.watch(server, pointsOf(ids), { describe: true });
  await eventually(() => server.monitored() === 251);
  await deliversEveryChange(server, run, 1000);
  const sizes = {
    read: reads.requests.map(({ nodesToRead }) => nodesToRead?.length ?? 0),
    monitor: creations.requests.map(({ itemsToCreate }) => itemsToCreate?.length ?? 0),
  };
  expect(Math.max(...sizes.read)).toBe(100);
  expect(sizes.monitor).toEqual([100, 100, 51]);
});

test('finds the limits of a server that tells none, and loses no node over it', async () => {
  const server = await scene.serve(tags);
  const { reads, creations } = tapBoth(server);
  reads.verdict = ({ nodesToRead }) =>
    (nodesToRead?.length ?? 0) > 60 ? StatusCodes.BadEncodingLimitsExceeded : undefined;
  creations.verdict = ({ itemsToCreate }) =>
    (itemsToCreate?.length ?? 0) > 40 ? StatusCodes.BadTooManyOperations : undefined;
  const run = await scene.watch(server, pointsOf(ids));
  await eventually(() => server.monitored() === 251);
  await deliversEveryChange(server, run, 1000);
  expect(run.samples().filter(({ quality }) => quality.level !== 'good')).toEqual([]);
});

test('goes on when the server lowers its limit while values are read in cycles', async () => {
  const server = await scene.serve(tags);
  const run = await scene.watch(server, pointsOf(ids), { mode: 'read' });
  await deliversEveryChange(server, run, 1000);
  server.server.engine.serverCapabilities.operationLimits.maxNodesPerRead = 30;
  await deliversEveryChange(server, run, 2000);
  expect(run.samples().filter(({ quality }) => quality.level !== 'good')).toEqual([]);
});

test('one node that spoils every request it is in is the only one without a value', async () => {
  const server = await scene.serve(tags);
  const { reads, creations } = tapBoth(server);
  const isSpoilt = (nodeIds: readonly { nodeId: { value: unknown } }[]) =>
    nodeIds.some(({ nodeId }) => nodeId.value === 'T77') ? StatusCodes.BadInternalError : undefined;
  reads.verdict = ({ nodesToRead }) => isSpoilt(nodesToRead ?? []);
  creations.verdict = ({ itemsToCreate }) => isSpoilt((itemsToCreate ?? []).map(({ itemToMonitor }) => itemToMonitor));
  const run = await scene.watch(server, pointsOf(ids));
  await eventually(() => server.monitored() === 250);
  await run.until(() => ids.every((id) => run.samples(id).length > 0), 'every point');
  const without = run.samples().filter(({ quality }) => quality.level !== 'good');
  expect(new Set(without.map(({ point }) => point))).toEqual(new Set(['T77']));
  expect(without[0]?.quality.reason).toBe('server:BadInternalError');
});

test('a node that appears after everything is monitored is picked up, and its refusal is told once', async () => {
  const server = await scene.serve({ T: double(1) });
  const creations = tapService<CreateMonitoredItemsRequest>(server.server, 'CreateMonitoredItems');
  const run = await scene.watch(server, pointsOf(['T', 'Late']), { retryBadNodes: '1s' });
  await run.until(() => creations.requests.length >= 3, 'two retries that fail');
  const addressSpace = server.server.engine.addressSpace;
  addressSpace
    ?.getNamespace(uri)
    .addVariable({
      componentOf: addressSpace.rootFolder.objects.server,
      nodeId: 's=Late',
      browseName: 'Late',
      dataType: 'Double',
    })
    .setValueFromSource(double(3));
  await run.until(() => run.samples('Late').at(-1)?.value === 3, 'the late node');
  expect(run.events('opcua.nodes-refused')).toHaveLength(1);
});
