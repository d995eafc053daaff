import { DataType, StatusCodes } from 'node-opcua';
import type { Namespace, UAObject, TranslateBrowsePathsToNodeIdsRequest } from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { addRangedVariable } from './ranged-variable.ts';
import type { Recorder } from './recorder.ts';
import { createScene, pointsOf, uri } from './scene.ts';
import { tapService } from './service-tap.ts';
import { double } from './test-server.ts';
import type { TestServer } from './test-server.ts';

const scene = createScene();
afterEach(scene.end);

const factsOf = (run: Recorder): Record<string, string> =>
  Object.assign({}, ...run.signals.flatMap((signal) => (signal.type === 'device' ? [signal.facts] : [])));

const untilFact = (run: Recorder, name: string): Promise<void> => run.until(() => name in factsOf(run), `fact ${name}`);

function plantOf({ server }: TestServer): { namespace: Namespace; parent: UAObject } {
  const addressSpace = server.engine.addressSpace;
  if (!addressSpace) throw new Error('no address space');
  return { namespace: addressSpace.getNamespace(uri) as Namespace, parent: addressSpace.rootFolder.objects.server };
}

const describing = { describe: true };

test('picks up range, unit and description, also where an identifier holds a semicolon', async () => {
  const server = await scene.serve({ Plain: double(1) });
  const unit = { displayName: '°C', unitId: 4_408_652 };
  const range = { low: -50, high: 350.5 };
  addRangedVariable(server, { id: 'T;1', range, value: 20, unit, description: '反应釜温度' });
  const run = await scene.watch(server, pointsOf(['T;1', 'Plain']), describing);
  await untilFact(run, 'T;1.unit');
  expect(factsOf(run)).toMatchObject({
    'T;1.range': '-50 … 350.5',
    'T;1.unit': '°C',
    'T;1.description': '反应釜温度',
  });
  expect(Object.keys(factsOf(run)).filter((name) => name.startsWith('Plain.'))).toEqual([]);
  expect(run.samples('T;1')[0]).toMatchObject({ value: 20, quality: { level: 'good' } });
});

test('picks up the texts of an enumeration, whose value stays the number', async () => {
  const server = await scene.serve({ Plain: double(1) });
  const { namespace, parent } = plantOf(server);
  const mode = namespace.addEnumerationType({
    browseName: 'PumpMode',
    enumeration: [
      { value: 0, displayName: '停止' },
      { value: 5, displayName: '自动' },
    ],
  });
  namespace
    .addVariable({ componentOf: parent, nodeId: 's=Mode', browseName: 'Mode', dataType: mode.nodeId })
    .setValueFromSource({ dataType: DataType.Int32, value: 5 });
  namespace.addMultiStateDiscrete({
    componentOf: parent,
    nodeId: 's=Door',
    browseName: 'Door',
    enumStrings: ['closed', 'open'],
    value: 1,
  });
  namespace.addTwoStateDiscrete({
    componentOf: parent,
    nodeId: 's=Run',
    browseName: 'Run',
    trueState: 'running',
    falseState: 'standing',
    value: true,
  });
  const run = await scene.watch(server, pointsOf(['Mode', 'Door', 'Run']), describing);
  for (const name of ['Mode.state.5', 'Door.state.1', 'Run.state.false']) await untilFact(run, name);
  expect(factsOf(run)).toMatchObject({
    'Mode.state.0': '停止',
    'Mode.state.5': '自动',
    'Door.state.0': 'closed',
    'Door.state.1': 'open',
    'Run.state.true': 'running',
    'Run.state.false': 'standing',
  });
  const values = Object.fromEntries(run.samples().map(({ point, value }) => [point, value]));
  expect(values).toEqual({ Mode: 5, Door: 1, Run: true });
});

test.each([
  ['never answers', () => 'silent' as const],
  ['does not have the service', () => StatusCodes.BadServiceUnsupported],
])('goes on delivering when the server %s that facts are asked of, and says so', async (_, verdict) => {
  const ids = Array.from({ length: 40 }, (_each, index) => `T${index}`);
  const server = await scene.serve(Object.fromEntries(ids.map((id) => [id, double(1)])));
  const translations = tapService<TranslateBrowsePathsToNodeIdsRequest>(server.server, 'TranslateBrowsePathsToNodeIds');
  translations.verdict = verdict;
  const run = await scene.watch(server, pointsOf(ids), { ...describing, requestTimeout: '1s' });
  await run.until(() => run.samples().length >= ids.length, 'every value');
  if (verdict() === 'silent') await run.until(() => run.events('opcua.facts-unread').length > 0, 'the event');
  server.set('T0', double(2));
  await run.until(() => run.samples('T0').at(-1)?.value === 2, 'the change');
  expect(run.states()).not.toContain('offline');
  expect(translations.requests.length).toBeLessThanOrEqual(2);
});
