import { afterEach, expect, test } from 'vitest';
import { opcua } from '#drivers/opcua/driver.ts';
import { contextOf } from '../recorder.ts';
import { createScene, pointsOf, quick } from '../scene.ts';
import { startTcpProxy } from '../tcp-proxy.ts';
import { double } from '../test-server.ts';
import { resubscribing } from './resubscribing.ts';

const scene = createScene();
afterEach(scene.end);

/** The first server's value is 1, the second one's 2. */
const pair = async () => [await scene.serve({ T: double(1) }), await scene.serve({ T: double(2) })] as const;

test('reads the second server when the first is dead, the first when the second dies, and says so', async () => {
  const [first, second] = await pair();
  await first.stop();
  const source = resubscribing(
    opcua.schema.parse({ endpoint: first.endpoint, redundant: [second.endpoint], ...quick }),
    await contextOf(pointsOf(['T'])),
  );
  scene.add(source.stop);
  await expect.poll(source.values, { timeout: 45_000 }).toEqual([2]);
  expect(source.texts('opcua.failover')).toEqual([
    expect.stringMatching(`Values come from ${second.endpoint} now; .*${first.endpoint}.*ECONNREFUSED`),
  ]);

  const back = await scene.serve({ T: double(1) }, { port: first.port });
  await second.stop();
  await expect.poll(source.values, { timeout: 45_000 }).toEqual([2, 1]);
  expect(source.texts('opcua.failover').at(-1)).toContain(
    `Values come from ${back.endpoint} now, before from ${second.endpoint}`,
  );
  expect(source.attempts.map(({ endpoints }) => endpoints)).toEqual([
    [first.endpoint, second.endpoint],
    [second.endpoint, first.endpoint],
  ]);
});

test('stays with the server that serves, although the first one is back', async () => {
  const [first, second] = await pair();
  const proxy = await startTcpProxy(second.port);
  scene.add(proxy.close);
  await first.stop();
  const source = resubscribing(
    opcua.schema.parse({ endpoint: first.endpoint, redundant: [proxy.endpoint], ...quick }),
    await contextOf(pointsOf(['T'])),
  );
  scene.add(source.stop);
  await expect.poll(source.values, { timeout: 45_000 }).toEqual([2]);
  await scene.serve({ T: double(1) }, { port: first.port });
  proxy.cut();
  await expect.poll(() => source.attempts.length).toBe(2);
  await expect.poll(source.values, { timeout: 45_000 }).toEqual([2, 2]);
  expect(source.texts('opcua.failover')).toHaveLength(1);
});

test('a first server that accepts and never answers costs its time once, then the second serves', async () => {
  const [first, second] = await pair();
  const hung = await startTcpProxy(first.port);
  scene.add(hung.close);
  hung.hang();
  const source = resubscribing(
    opcua.schema.parse({ endpoint: hung.endpoint, redundant: [second.endpoint], ...quick, connectTimeout: '500ms' }),
    await contextOf(pointsOf(['T'])),
  );
  scene.add(source.stop);
  await expect.poll(source.values, { timeout: 45_000 }).toEqual([2]);
  expect(source.texts('opcua.failover')).toEqual([expect.stringContaining(`connect to ${hung.endpoint}`)]);
  expect(source.attempts).toHaveLength(1);
});

test('tells of every server when none answers', async () => {
  const [first, second] = await pair();
  await first.stop();
  await second.stop();
  const source = resubscribing(
    opcua.schema.parse({ endpoint: first.endpoint, redundant: [second.endpoint], ...quick }),
    await contextOf(pointsOf(['T'])),
  );
  scene.add(source.stop);
  await expect
    .poll(() => source.attempts[0]?.error)
    .toMatch(new RegExp(`^no server of 2 answers: .*${first.endpoint}.*; .*${second.endpoint}`));
});

test('asks the supervisor for the time that trying every server takes', () => {
  const options = opcua.schema.parse({ endpoint: 'opc.tcp://a', redundant: ['opc.tcp://b', 'opc.tcp://c'] });
  expect(opcua.firstDataWithinMs?.(options)).toBeGreaterThanOrEqual(3 * 2 * options.connectTimeout);
});
