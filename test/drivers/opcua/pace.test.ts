import type { ReadRequest } from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { createScene, pointsOf } from './scene.ts';
import { tapService } from './service-tap.ts';
import { double } from './test-server.ts';
import type { TestServer } from './test-server.ts';

const scene = createScene();
afterEach(scene.end);

/** Every request of the driver's own that arrives, with its time. */
function arrivals({ server }: TestServer): number[] {
  const times: number[] = [];
  for (const service of ['Read', 'CreateSubscription', 'CreateMonitoredItems', 'TranslateBrowsePathsToNodeIds'])
    tapService<ReadRequest>(server, service).verdict = () => {
      times.push(performance.now());
      return undefined;
    };
  return times;
}

test('never asks more of a server than its request budget, however much there is to read', async () => {
  const ids = Array.from({ length: 40 }, (_, index) => `T${index}`);
  const server = await scene.serve(Object.fromEntries(ids.map((id) => [id, double(1)])));
  const times = arrivals(server);
  const run = await scene.watch(server, pointsOf(ids), {
    mode: 'read',
    publishingInterval: '50ms',
    itemsPerRequest: 5,
    requestsPerSecond: 20,
    describe: true,
  });
  await run.until(() => times.length >= 60, '60 requests');
  const burst = 10;
  for (const [index, time] of times.entries()) {
    const inSecond = times.slice(index).filter((later) => later < time + 1000).length;
    // A busy machine lets some arrive late, beside those of the next second.
    expect(inSecond).toBeLessThanOrEqual(20 + 2 * burst);
  }
  const [first = 0] = times;
  const spent = (times[59] ?? 0) - first;
  expect(spent, 'after the burst, evenly').toBeGreaterThan(((60 - burst - 1) / 20) * 1000 * 0.9);
});

test('what comes by subscription is not slowed by the request budget', async () => {
  const server = await scene.serve({ T: double(0) });
  const run = await scene.watch(server, pointsOf(['T']), { requestsPerSecond: 2, publishingInterval: '50ms' });
  await run.until(() => run.samples('T').length > 0, 'the first value');
  const before = performance.now();
  for (let value = 1; value <= 20; value += 1) {
    server.set('T', double(value));
    await run.until(() => run.samples('T').at(-1)?.value === value, `value ${value}`);
  }
  expect(performance.now() - before).toBeLessThan(8000);
});
