import { EventNotificationList, PublishResponse, StatusCodes } from 'node-opcua';
import type { CallRequest } from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { hasFlag } from '#agent/model/flags.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { installAlarms, operatorAt } from './alarming-plant.ts';
import type { AlarmedTag } from './alarming-plant.ts';
import { eventually } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { createScene, uri } from './scene.ts';
import { tapService } from './service-tap.ts';
import type { TestServer, TestServerOptions } from './test-server.ts';

const scene = createScene();
afterEach(scene.end);

async function plant(ids: readonly string[], options: Partial<TestServerOptions> = {}) {
  const server = await scene.serve({}, options);
  return { server, tags: installAlarms(server, ids) };
}

const at = (tags: readonly AlarmedTag[], index: number): AlarmedTag => {
  const tag = tags[index];
  if (!tag) throw new Error(`no tag ${index}`);
  return tag;
};

const watch = (server: Pick<TestServer, 'endpoint'>, options: Record<string, unknown> = {}): Promise<Recorder> =>
  scene.watch(server, {}, { conditions: {}, ...options });

const alarms = (run: Recorder) => run.events('plant-alarm').map(({ detail }) => detail ?? {});
const last = (run: Recorder) => alarms(run).at(-1);
const nameOf = ({ sourceNode }: { readonly sourceNode?: unknown }): string =>
  String(sourceNode).slice(`nsu=${uri};s=`.length);
const facts = (run: Recorder, from = 0) =>
  alarms(run)
    .slice(from)
    .map((alarm) => [nameOf(alarm), alarm['change'], alarm['state']]);
const changes = (run: Recorder): unknown[] => alarms(run).map(({ change }) => change);
const refreshed = (run: Recorder): number => run.events('opcua.conditions-refreshed').length;
const isRefreshed = (run: Recorder): Promise<void> => run.until(() => refreshed(run) > 0, 'the first refresh');

async function operator(server: TestServer) {
  const person = await operatorAt(server.endpoint);
  scene.add(person.leave);
  return person;
}

test("tells an alarm of the plant's own with state, priority, message, source and time", async () => {
  const { server, tags } = await plant(['T']);
  const run = await watch(server);
  await isRefreshed(run);
  const before = Date.now();
  at(tags, 0).measure(95);
  await run.until(() => alarms(run).length > 0, 'the alarm');
  expect(last(run)).toMatchObject({
    origin: 'plant',
    alarm: `nsu=${uri};s=T.level`,
    change: 'raised',
    state: 'unacknowledged',
    overlay: 'none',
    condition: 'Level',
    sourceName: '2:T',
    sourceNode: `nsu=${uri};s=T`,
    isRetained: true,
  });
  const { severity, priority, time, message } = last(run) ?? {};
  expect(severity).toBeGreaterThan(0);
  expect(['low', 'medium', 'high', 'critical']).toContain(priority);
  expect(time).toBeGreaterThanOrEqual(before - 1000);
  expect(message).not.toBe('');
  expect(run.events('plant-alarm')[0]).toMatchObject({ source: 'dcs', flags: 0 });
});

test('follows what the plant does with it: acknowledged, cleared, confirmed, shelved', async () => {
  const { server, tags } = await plant(['T']);
  const { alarm, measure } = at(tags, 0);
  const run = await watch(server);
  await isRefreshed(run);
  const person = await operator(server);
  const told = (change: string) => run.until(() => changes(run).includes(change), change);
  measure(95);
  await told('raised');
  await person.acknowledge(alarm);
  await told('acknowledged');
  expect(alarms(run).find(({ change }) => change === 'acknowledged')).toMatchObject({
    state: 'acknowledged',
    isConfirmed: false,
  });
  measure(50);
  await told('cleared');
  expect(last(run)).toMatchObject({ change: 'cleared', state: 'normal' });
  await person.confirm(alarm);
  await told('confirmed');
  expect(last(run)).toMatchObject({ state: 'normal', isConfirmed: true });
  await person.shelve(alarm);
  measure(95);
  await run.until(() => last(run)?.['overlay'] === 'shelved', 'the shelf');
  await person.unshelve(alarm);
  measure(105);
  await run.until(() => last(run)?.['overlay'] === 'none', 'the end of the shelf');
});

test('an alarm that returns before anybody acknowledged it waits for acknowledgement', async () => {
  const { server, tags } = await plant(['T']);
  const { alarm, measure } = at(tags, 0);
  const run = await watch(server);
  await isRefreshed(run);
  measure(95);
  const branch = alarm.currentBranch();
  branch.setActiveState(false);
  alarm.raiseConditionEvent(branch, true);
  await run.until(() => changes(run).includes('cleared'), 'the return');
  expect(last(run)).toMatchObject({ change: 'cleared', state: 'returned', isRetained: true });
});

test('an occurrence of the past that still waits for acknowledgement stands beside the alarm itself', async () => {
  const { server, tags } = await plant(['T']);
  const { alarm, measure } = at(tags, 0);
  const run = await watch(server);
  await isRefreshed(run);
  measure(95);
  measure(50);
  await run.until(() => changes(run).includes('cleared'), 'the return');
  const past = () => alarms(run).filter(({ alarm }) => String(alarm).includes(' branch '));
  expect(past()).toMatchObject([{ state: 'returned', isRetained: true, condition: 'Level' }]);
  expect(last(run)).toMatchObject({ alarm: `nsu=${uri};s=T.level`, change: 'cleared', state: 'normal' });
  const person = await operator(server);
  await person.acknowledge(alarm, alarm.getBranches()[0]?.getEventId());
  await run.until(() => past().at(-1)?.['state'] === 'normal', 'the acknowledgement');
  expect(past().at(-1)).toMatchObject({ change: 'acknowledged' });
});

test('tells the alarms that stand already, and the end of that list', async () => {
  const { server, tags } = await plant(['T', 'U', 'V']);
  at(tags, 0).measure(95);
  at(tags, 1).measure(105);
  const run = await watch(server);
  await isRefreshed(run);
  expect(facts(run)).toEqual([
    ['T', 'standing', 'unacknowledged'],
    ['U', 'standing', 'unacknowledged'],
  ]);
  expect(run.events('opcua.conditions-refreshed')[0]?.detail).toEqual({ standing: 2, vanished: 0 });
});

test('after a reconnect tells what changed and what vanished meanwhile, and nothing twice', async () => {
  const { server, tags } = await plant(['T', 'U', 'V', 'W']);
  const [t, u, v, w] = [0, 1, 2, 3].map((index) => at(tags, index));
  for (const tag of [t, u, v]) tag?.measure(95);
  const run = await watch(server);
  await isRefreshed(run);
  run.stop();
  const seen = alarms(run).length;
  expect(seen).toBe(3);
  const person = await operator(server);
  if (!t || !u || !v || !w) throw new Error('no tags');
  await person.acknowledge(u.alarm);
  await person.acknowledge(v.alarm);
  await person.confirm(v.alarm);
  v.measure(50);
  v.alarm.retain.setValueFromSource({ dataType: 'Boolean', value: false });
  w.measure(105);
  run.again();
  await run.until(() => refreshed(run) === 2, 'the second refresh');
  expect(facts(run, seen).toSorted((a, b) => String(a).localeCompare(String(b)))).toEqual([
    ['U', 'acknowledged', 'acknowledged'],
    ['V', 'vanished', 'normal'],
    ['W', 'standing', 'unacknowledged'],
  ]);
});

test('calls no method but ConditionRefresh, whatever the plant does', async () => {
  const { server, tags } = await plant(['T']);
  const calls = tapService<CallRequest>(server.server, 'Call');
  const run = await watch(server);
  await isRefreshed(run);
  at(tags, 0).measure(95);
  await run.until(() => changes(run).includes('raised'), 'the alarm');
  const methods = calls.requests.flatMap(({ methodsToCall }) => methodsToCall ?? []);
  expect(methods.map(({ objectId, methodId }) => [objectId.toString(), methodId.toString()])).toEqual([
    ['ns=0;i=2782', 'ns=0;i=3875'],
  ]);
  expect(at(tags, 0).alarm.ackedState.getValue()).toBe(false);
});

test('asks again when the server wants its alarms to be refreshed', async () => {
  const { server } = await plant(['T']);
  const run = await watch(server);
  await isRefreshed(run);
  server.server.engine.addressSpace?.rootFolder.objects.server.raiseEvent('RefreshRequiredEventType', {});
  await run.until(() => refreshed(run) === 2, 'the second refresh');
});

test('events that the server dropped are told as lost, and the standing alarms are asked for again', async () => {
  const { server, tags } = await plant(['T']);
  const run = await watch(server);
  await isRefreshed(run);
  server.server.engine.addressSpace?.rootFolder.objects.server.raiseEvent('EventQueueOverflowEventType', {});
  at(tags, 0).measure(95);
  await run.until(() => run.events('opcua.conditions-lost').length > 0, 'the loss');
  await run.until(() => refreshed(run) === 2, 'the second refresh');
  expect(facts(run)).toEqual([['T', 'raised', 'unacknowledged']]);
});

test('messages that never arrive are told as lost, and what they said is asked for', async () => {
  const { server, tags } = await plant(['T']);
  const publishing = tapService(server.server, 'Publish');
  const again = tapService(server.server, 'Republish');
  again.verdict = () => StatusCodes.BadMessageNotAvailable;
  const run = await watch(server);
  await isRefreshed(run);
  let swallowed = 0;
  publishing.passes = (response) => {
    if (!(response instanceof PublishResponse) || swallowed > 0) return true;
    const data = response.notificationMessage.notificationData ?? [];
    if (data.some((notification) => notification instanceof EventNotificationList)) swallowed += 1;
    return swallowed === 0;
  };
  at(tags, 0).measure(95);
  await eventually(() => swallowed === 1);
  expect(changes(run)).toEqual([]);
  await run.until(() => run.events('opcua.conditions-lost').length > 0, 'the loss');
  await run.until(() => changes(run).length > 0, 'the alarm');
  expect(facts(run)).toEqual([['T', 'standing', 'unacknowledged']]);
});

test('a server without alarms is told once and its values come all the same', async () => {
  const server = await scene.serve({ T: { dataType: 'Double', value: 1 } });
  const creations = tapService<{ itemsToCreate: { itemToMonitor: { attributeId: number } }[] }>(
    server.server,
    'CreateMonitoredItems',
  );
  creations.verdict = ({ itemsToCreate }) =>
    itemsToCreate.some(({ itemToMonitor }) => itemToMonitor.attributeId === 12)
      ? StatusCodes.BadNotSupported
      : undefined;
  const run = await scene.watch(server, { T: `nsu=${uri};s=T` }, { conditions: {} });
  await run.until(() => run.events('opcua.no-conditions').length > 0, 'the word');
  server.set('T', { dataType: 'Double', value: 7 });
  await run.until(() => run.samples('T').at(-1)?.value === 7, 'the next value');
  expect(run.events('opcua.no-conditions')).toHaveLength(1);
});

test('alarms of a simulator are marked as simulated', async () => {
  const { server, tags } = await plant(['T'], { manufacturer: `${SIMULATOR_VENDOR} (plant)` });
  at(tags, 0).measure(95);
  const run = await watch(server);
  await isRefreshed(run);
  const [event] = run.events('plant-alarm');
  expect(hasFlag(event?.flags ?? 0, 'sim')).toBe(true);
});
