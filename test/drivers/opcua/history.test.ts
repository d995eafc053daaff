import { StatusCodes } from 'node-opcua';
import type { HistoryReadRequest, ReadRequest, ReadResponse, ServerSession } from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { hasFlag } from '#agent/model/flags.ts';
import { eventually } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { createScene, pointsOf } from './scene.ts';
import { tapService } from './service-tap.ts';
import { double } from './test-server.ts';
import type { TestServer } from './test-server.ts';

const scene = createScene();
afterEach(scene.end);

const history = { history: { longest: '1h' } };

/** Every value so far is a minute old, so that there is room for an outage behind it. */
async function plant(ids: readonly string[], { skew = 0, keepsHistory = true } = {}): Promise<TestServer> {
  const server = await scene.serve(Object.fromEntries(ids.map((id) => [id, double(0)])));
  const before = (ms: number): Date => new Date(Date.now() - ms + skew);
  for (const id of ids) {
    server.set(id, double(0), StatusCodes.Good, before(120_000));
    if (keepsHistory)
      server.server.engine.addressSpace?.installHistoricalDataNode(server.variable(id), { maxOnlineValues: 10_000 });
    server.set(id, double(1), StatusCodes.Good, before(60_000));
  }
  return server;
}

async function watch(server: TestServer, ids: readonly string[], options = {}): Promise<Recorder> {
  const run = await scene.watch(server, pointsOf(ids), { ...history, ...options });
  await eventually(() => server.monitored() === ids.length + 1);
  return run;
}

/** Values 2 … count + 1, a millisecond apart, just before now. */
function change(server: TestServer, id: string, { count, skew = 0 }: { count: number; skew?: number }): void {
  const start = Date.now() - count + skew;
  for (let step = 1; step <= count; step += 1)
    server.set(id, double(step + 1), StatusCodes.Good, new Date(start + step));
}

const filled = (run: Recorder) => run.events('opcua.outage-filled');
const isBackfilled = ({ flags }: { readonly flags: number }): boolean => hasFlag(flags, 'backfilled');
const values = (run: Recorder, id: string) => run.samples(id).map(({ value }) => value);
const backfilled = (run: Recorder, id: string) =>
  run
    .samples(id)
    .filter(isBackfilled)
    .map(({ value }) => value);
const from2 = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 2);

test("an outage is filled from the server's history: marked, once, in order, beside what came live", async () => {
  const server = await plant(['T', 'U']);
  const run = await watch(server, ['T', 'U']);
  run.stop();
  change(server, 'T', { count: 50 });
  run.again();
  await run.until(() => filled(run).length === 1, 'the filling');
  expect(backfilled(run, 'T')).toEqual(from2(49));
  expect(values(run, 'T').toSorted((a, b) => Number(a) - Number(b))).toEqual([1, ...from2(50)]);
  const times = run
    .samples('T')
    .filter(isBackfilled)
    .map(({ sourceTime }) => sourceTime);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(backfilled(run, 'U')).toEqual([]);
  expect(filled(run)[0]?.detail).toEqual({ values: 49, nodes: 2, withoutHistory: 0, unfinished: 0 });
  server.set('T', double(777));
  await run.until(() => values(run, 'T').at(-1) === 777, 'the present');
  expect(isBackfilled(run.samples('T').at(-1) ?? { flags: 0 })).toBe(false);
});

test('nothing is filled at the first connection, nor without the option', async () => {
  const server = await plant(['T']);
  const reads = tapService(server.server, 'HistoryRead');
  const run = await watch(server, ['T']);
  await run.until(() => run.states().filter((state) => state === 'online').length > 1, 'two signs of life');
  const other = await scene.watch(server, pointsOf(['T']));
  await other.until(() => other.samples('T').length > 0, 'a value');
  other.stop();
  other.again();
  await other.until(() => other.samples('T').length > 1, 'a value again');
  expect(reads.requests).toEqual([]);
});

test('a history longer than one answer comes by continuation, complete and in order', async () => {
  const ids = ['T', 'U', 'V'];
  const server = await plant(ids);
  const run = await watch(server, ids);
  run.stop();
  for (const id of ids) change(server, id, { count: 2500 });
  run.again();
  await run.until(() => filled(run).length === 1, 'the filling');
  for (const id of ids) expect(backfilled(run, id)).toEqual(from2(2499));
});

test('a reading that the server dropped is begun again alone, and nothing comes twice', async () => {
  const ids = ['T', 'U', 'V'];
  const server = await plant(ids);
  const reads = tapService<HistoryReadRequest>(server.server, 'HistoryRead');
  let dropped = 0;
  reads.verdict = ({ nodesToRead }) => {
    if (dropped > 0 || !nodesToRead?.some(({ continuationPoint }) => continuationPoint)) return undefined;
    dropped += 1;
    const { _sessions } = server.server.engine as unknown as { _sessions: Record<string, ServerSession> };
    for (const session of Object.values(_sessions)) session.continuationPointManager.clear();
    return undefined;
  };
  const run = await watch(server, ids);
  run.stop();
  for (const id of ids) change(server, id, { count: 2500 });
  run.again();
  await run.until(() => filled(run).length === 1, 'the filling');
  expect(dropped).toBe(1);
  for (const id of ids) expect(backfilled(run, id)).toEqual(from2(2499));
});

test('an outage that was not filled when the connection was lost again is filled on the next one', async () => {
  const server = await plant(['T']);
  const run = await watch(server, ['T']);
  run.stop();
  change(server, 'T', { count: 50 });
  const reads = tapService(server.server, 'HistoryRead');
  reads.verdict = () => (reads.requests.length === 1 ? 'silent' : undefined);
  run.again();
  await eventually(() => reads.requests.length === 1);
  run.again();
  await run.until(() => filled(run).length === 1, 'the filling');
  expect(backfilled(run, 'T')).toEqual(from2(49));
});

test('a server whose clock is an hour wrong is asked by its own clock', async () => {
  const skew = 3_600_000;
  const server = await plant(['T'], { skew });
  const reads = tapService<ReadRequest>(server.server, 'Read');
  reads.passes = (response) => {
    const [asked] = reads.requests.at(-1)?.nodesToRead ?? [];
    const [answer] = (response as ReadResponse).results ?? [];
    if (asked?.nodeId.value === 2258 && answer) answer.value.value = new Date(Date.now() + skew);
    return true;
  };
  const run = await watch(server, ['T']);
  run.stop();
  change(server, 'T', { count: 50, skew });
  run.again();
  await run.until(() => filled(run).length === 1, 'the filling');
  expect(backfilled(run, 'T')).toEqual(from2(49));
});

test('a server that keeps no history of its nodes is told once, and its values come all the same', async () => {
  const server = await plant(['T'], { keepsHistory: false });
  const run = await watch(server, ['T']);
  run.stop();
  change(server, 'T', { count: 5 });
  run.again();
  await run.until(() => run.events('opcua.no-history').length > 0, 'the word');
  server.set('T', double(777));
  await run.until(() => values(run, 'T').at(-1) === 777, 'the present');
  expect(run.events('opcua.no-history')).toHaveLength(1);
  expect(filled(run)).toEqual([]);
});

test('a server without the service is asked once, however many nodes there are', async () => {
  const ids = Array.from({ length: 250 }, (_, index) => `T${index}`);
  const server = await plant(ids, { keepsHistory: false });
  const reads = tapService(server.server, 'HistoryRead');
  reads.verdict = () => StatusCodes.BadServiceUnsupported;
  const run = await watch(server, ids);
  run.stop();
  run.again();
  await run.until(() => run.events('opcua.no-history').length > 0, 'the word');
  expect(reads.requests).toHaveLength(1);
});
