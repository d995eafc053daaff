import type { UAVariable } from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { endSessions } from './end-sessions.ts';
import { contextOf, record } from './recorder.ts';
import { double, startTestServer } from './test-server.ts';
import type { TestServer } from './test-server.ts';

const reactor = 'urn:plant:reactor';
const tanks = 'urn:plant:tanks';
/** The same identifier in both namespaces: what an index shift confuses. */
const tags = [
  { uri: reactor, id: 'PV', value: double(100) },
  { uri: tanks, id: 'PV', value: double(200) },
];

const running: { stop: () => unknown }[] = [];
afterEach(async () => {
  for (const each of running.splice(0).toReversed()) await each.stop();
});
const start = async (uris: string[], port = 0): Promise<TestServer> => {
  const server = await startTestServer({ uris, tags, port });
  running.push(server);
  return server;
};

test('never delivers tag B as tag A when a server comes back with its namespaces swapped', async () => {
  const before = await start([reactor, tanks]);
  const context = await contextOf({ A: `nsu=${reactor};s=PV`, B: `nsu=${tanks};s=PV` });
  const options = { endpoint: before.endpoint, publishingInterval: '100ms' };
  const first = record(options, context);
  running.push(first);
  await first.until(() => first.samples('A').length > 0 && first.samples('B').length > 0, 'values of both tags');
  await before.stop();
  running.splice(running.indexOf(before), 1);
  const lost = await first.failed;
  expect(lost.message).toContain(before.endpoint);

  await start([tanks, reactor], before.port);
  const second = record(options, context);
  running.push(second);
  await second.until(() => second.samples('A').length > 0 && second.samples('B').length > 0, 'values of both tags');
  const seen = [...first.samples(), ...second.samples()];
  expect(seen.length).toBeGreaterThanOrEqual(4);
  for (const { point, value } of seen) expect(value).toBe(point === 'A' ? 100 : 200);
});

test('withholds a point whose namespace the server does not have', async () => {
  const server = await start([reactor, tanks]);
  const context = await contextOf({ A: `nsu=${reactor};s=PV`, C: 'nsu=urn:plant:gone;s=PV' });
  const run = record({ endpoint: server.endpoint }, context);
  running.push(run);
  await run.until(() => run.samples('A').length > 0, 'the value of A');
  expect(run.samples('C').map(({ value, quality }) => ({ value, quality }))).toEqual([
    { value: null, quality: { level: 'bad', reason: 'namespace' } },
  ]);
  expect(run.events('opcua.namespace-missing')[0]?.text).toContain('urn:plant:gone');
});

test('resolves every address anew when the table changes while the session lives', async () => {
  const server = await start([reactor, tanks]);
  const context = await contextOf({ A: `nsu=${reactor};s=PV`, B: `nsu=${tanks};s=PV` });
  const run = record({ endpoint: server.endpoint, publishingInterval: '100ms' }, context);
  running.push(run);
  await run.until(() => run.samples('A').length > 0 && run.samples('B').length > 0, 'values of both tags');
  swapNamespaces(server);
  await run.until(() => run.events('opcua.namespaces-changed').length > 0, 'the change of the table');
  const after = run.signals.length;
  await run.until(
    () => run.signals.slice(after).some((signal) => signal.type === 'samples'),
    'values after the change',
  );
  const usable = run.samples().filter(({ quality }) => quality.level === 'good');
  for (const { point, value } of usable) expect(value).toBe(point === 'A' ? 100 : 200);
  const withheld = run.samples().filter(({ quality }) => quality.reason === 'namespace');
  expect(withheld.map(({ point }) => point)).toEqual(expect.arrayContaining(['A', 'B']));
});

test.each(['subscribe', 'read'])('reads the table anew in a new session before any value, in mode %s', async (mode) => {
  const server = await start([reactor, tanks]);
  const context = await contextOf({ A: `nsu=${reactor};s=PV`, B: `nsu=${tanks};s=PV` });
  const run = record({ endpoint: server.endpoint, publishingInterval: '100ms', mode }, context);
  running.push(run);
  await run.until(() => run.samples('A').length > 0 && run.samples('B').length > 0, 'values of both tags');
  const before = run.signals.length;
  endSessions(server);
  swapNamespaces(server);
  const since = () => run.signals.slice(before).flatMap((signal) => (signal.type === 'samples' ? signal.samples : []));
  await run.until(
    () => ['A', 'B'].every((point) => since().some((each) => each.point === point && each.quality.level === 'good')),
    'values in the new session',
  );
  const good = run.samples().filter(({ quality }) => quality.level === 'good');
  for (const { point, value } of good) expect(value).toBe(point === 'A' ? 100 : 200);
  expect(server.server.engine.cumulatedSessionCount).toBe(2);
});

/** Gives each index the other URI and value and tells the new table, as a server does that reloads its configuration. */
function swapNamespaces(server: TestServer): void {
  const addressSpace = server.server.engine.addressSpace;
  if (!addressSpace) throw new Error('no address space');
  const other: Readonly<Record<string, { uri: string; value: number }>> = {
    [reactor]: { uri: tanks, value: 200 },
    [tanks]: { uri: reactor, value: 100 },
  };
  for (const [index, namespace] of addressSpace.getNamespaceArray().entries()) {
    const swapped = other[namespace.namespaceUri];
    if (!swapped) continue;
    Object.assign(namespace, { namespaceUri: swapped.uri });
    (addressSpace.findNode(`ns=${index};s=PV`) as UAVariable).setValueFromSource(double(swapped.value));
  }
}
