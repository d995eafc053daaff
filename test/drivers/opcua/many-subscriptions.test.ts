import { StatusCodes } from 'node-opcua';
import type { CreateMonitoredItemsRequest, PublishRequest } from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { eventually } from './recorder.ts';
import { createScene, pointsOf } from './scene.ts';
import { tapService } from './service-tap.ts';
import { double } from './test-server.ts';

const scene = createScene();
afterEach(scene.end);

const ids = Array.from({ length: 25 }, (_, index) => `T${index}`);
const tags = Object.fromEntries(ids.map((id) => [id, double(0)]));

test('puts no more nodes into a subscription than configured, and delivers from each', async () => {
  const server = await scene.serve(tags);
  const creations = tapService<CreateMonitoredItemsRequest>(server.server, 'CreateMonitoredItems');
  const run = await scene.watch(server, pointsOf(ids), { itemsPerSubscription: 10 });
  await eventually(() => server.monitored() === 28);
  expect(server.server.engine.currentSubscriptionCount).toBe(3);
  const sizes = new Map<number, number>();
  for (const { subscriptionId, itemsToCreate } of creations.requests)
    sizes.set(subscriptionId, (sizes.get(subscriptionId) ?? 0) + (itemsToCreate ?? []).length);
  // One of each is the namespace table.
  expect([...sizes.values()]).toEqual([11, 11, 6]);
  for (const id of ids) server.set(id, double(1));
  await run.until(() => ids.every((id) => run.samples(id).at(-1)?.value === 1), 'every change');
});

test('delivers from every subscription of a server that takes few publish requests', async () => {
  const server = await scene.serve(tags);
  const publish = tapService<PublishRequest>(server.server, 'Publish');
  let waiting = 0;
  let refused = 0;
  publish.verdict = () => {
    if (waiting < 2) {
      waiting += 1;
      return undefined;
    }
    refused += 1;
    return StatusCodes.BadTooManyPublishRequests;
  };
  publish.passes = () => {
    waiting -= 1;
    return true;
  };
  const run = await scene.watch(server, pointsOf(ids), { itemsPerSubscription: 5 });
  await eventually(() => server.monitored() === 30);
  for (const value of [1, 2, 3]) {
    for (const id of ids) server.set(id, double(value));
    await run.until(() => ids.every((id) => run.samples(id).at(-1)?.value === value), `value ${value} of all`);
  }
  expect(refused, 'the limit is learned').toBeLessThan(20);
  expect(run.events('opcua.subscription-lost')).toEqual([]);
});

test('leaves no session, subscription or monitored item behind, however often it comes back', async () => {
  const server = await scene.serve(tags);
  for (let turn = 0; turn < 5; turn += 1) {
    const run = await scene.watch(server, pointsOf(ids), { itemsPerSubscription: 10 });
    await eventually(() => server.monitored() === 28);
    run.stop();
    await eventually(() => server.server.engine.currentSessionCount === 0);
    expect(server.server.engine.currentSubscriptionCount).toBe(0);
  }
});
