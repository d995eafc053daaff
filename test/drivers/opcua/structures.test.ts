import { DataType, StatusCodes, VariantArrayType, coerceQualifiedName, ensureDatatypeExtracted } from 'node-opcua';

import type { BrowseRequest, ExtensionObject, Namespace, UADataType, UAVariable } from 'node-opcua';

import { afterEach, expect, test } from 'vitest';
import { eventually } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { address, createScene, uri } from './scene.ts';
import { tapService } from './service-tap.ts';
import { double } from './test-server.ts';
import type { TestServer } from './test-server.ts';

const scene = createScene();
afterEach(scene.end);

interface PumpServer {
  readonly server: TestServer;
  readonly pumpType: UADataType;
  readonly pump: UAVariable;
  readonly pumps: UAVariable;
  readonly construct: (fields: Record<string, unknown>) => ExtensionObject;
}

/** A server with a structure type of its own, nested, with an array, an enumeration and 64-bit counters. */
async function servePump(): Promise<PumpServer> {
  const server = await scene.serve({ T: double(1) });
  const addressSpace = server.server.engine.addressSpace;
  if (!addressSpace) throw new Error('no address space');
  const namespace = addressSpace.getNamespace(uri) as Namespace;
  const field = (name: string, dataType: unknown, valueRank = -1) => ({ name, dataType: dataType as never, valueRank });
  // The server learns the types of a namespace that is new to it.
  const types = addressSpace.registerNamespace('urn:plant:types');
  const motor = types.createDataType({
    browseName: 'MotorType',
    isAbstract: false,
    subtypeOf: 'Structure',
    partialDefinition: [field('Speed', DataType.Double), field('Phases', DataType.Double, 1)],
  });
  const mode = types.addEnumerationType({ browseName: 'Mode', enumeration: ['Off', 'Hand', 'Auto'] });
  const pumpType = types.createDataType({
    browseName: 'PumpType',
    isAbstract: false,
    subtypeOf: 'Structure',
    partialDefinition: [
      field('Motor', motor.nodeId),
      field('RunHours', DataType.UInt64),
      field('Starts', DataType.Int64, 1),
      field('Label', DataType.LocalizedText),
      field('Mode', mode.nodeId),
      field('IsRunning', DataType.Boolean),
    ],
  });
  for (const encodingOf of [motor, pumpType])
    types.addObject({
      browseName: coerceQualifiedName({ name: 'Default Binary', namespaceIndex: 0 }),
      typeDefinition: 'DataTypeEncodingType',
      encodingOf,
    });
  await ensureDatatypeExtracted(addressSpace);
  const construct = (fields: Record<string, unknown>) => addressSpace.constructExtensionObject(pumpType, fields);
  const add = (id: string, valueRank: number) =>
    namespace.addVariable({
      componentOf: addressSpace.rootFolder.objects.server,
      nodeId: `s=${id}`,
      browseName: id,
      dataType: pumpType.nodeId,
      valueRank,
      ...(valueRank > 0 ? { arrayDimensions: [0] } : {}),
    });
  const pump = add('Pump', -1);
  pump.setValueFromSource({ dataType: DataType.ExtensionObject, value: construct(fieldsOf(1480)) });
  const pumps = add('Pumps', 1);
  pumps.setValueFromSource({
    dataType: DataType.ExtensionObject,
    arrayType: VariantArrayType.Array,
    value: [construct(fieldsOf(1)), construct(fieldsOf(2))],
  });
  return { server, pumpType, pump, pumps, construct };
}

const fieldsOf = (speed: number) => ({
  motor: { speed, phases: [1.5, 2.5, 3.5] },
  runHours: [0x7fffffff, 0xffffffff],
  starts: [
    [0, 7],
    [0xffffffff, 0xffffffff],
  ],
  label: { text: '循环泵' },
  mode: 2,
  isRunning: true,
});

const points = {
  speed: `${address('Pump')}#.Motor.Speed`,
  phase: `${address('Pump')}#.Motor.Phases[2]`,
  hours: `${address('Pump')}#.RunHours`,
  start: `${address('Pump')}#.Starts[1]`,
  label: `${address('Pump')}#.Label`,
  mode: `${address('Pump')}#.Mode`,
  running: { node: address('Pump'), path: 'IsRunning' },
  second: `${address('Pumps')}#[1].Motor.Speed`,
};

const latest = (run: Recorder) =>
  Object.fromEntries(run.samples().map(({ point, value, quality }) => [point, value ?? quality.reason]));

test('flattens structures of the server’s own types by path, 64-bit counters exact', async () => {
  const { server, pump, construct } = await servePump();
  const run = await scene.watch(server, { ...points, T: address('T') });
  await run.until(
    () => Object.keys(points).every((point) => run.samples(point).at(-1)?.quality.level === 'good'),
    'all',
  );
  expect(latest(run)).toEqual({
    speed: 1480,
    phase: 3.5,
    hours: '9223372036854775807',
    start: -1,
    label: '循环泵',
    mode: 2,
    running: true,
    second: 2,
    T: 1,
  });
  pump.setValueFromSource({ dataType: DataType.ExtensionObject, value: construct(fieldsOf(1500)) });
  await run.until(() => run.samples('speed').at(-1)?.value === 1500, 'a change by subscription');
  expect(run.events('opcua.structure-unknown')).toEqual([]);
});

test('a value whose type is not known yet is bad until it is, and never a wrong value', async () => {
  const { server } = await servePump();
  const run = await scene.watch(server, points);
  await run.until(() => run.samples('speed').at(-1)?.quality.level === 'good', 'the speed');
  const before = run.samples('speed').filter(({ quality }) => quality.level !== 'good');
  for (const sample of before) expect(sample).toMatchObject({ value: null, quality: { reason: 'not-yet-read' } });
});

test('says decode where a path leads nowhere or to a whole structure', async () => {
  const { server } = await servePump();
  const run = await scene.watch(server, {
    whole: address('Pump'),
    torque: `${address('Pump')}#.Motor.Torque`,
    ninth: `${address('Pumps')}#[9].Motor.Speed`,
    speed: points.speed,
  });
  await run.until(() => run.samples('speed').at(-1)?.quality.level === 'good', 'the speed');
  await run.until(() => ['whole', 'torque', 'ninth'].every((point) => latest(run)[point] === 'decode'), 'the faults');
});

test('a type that the server does not tell makes its points bad, is told once, and holds nobody up', async () => {
  const { server, pump, construct } = await servePump();
  const browses = tapService<BrowseRequest>(server.server, 'Browse');
  browses.verdict = () => StatusCodes.BadServiceUnsupported;
  const run = await scene.watch(server, { speed: points.speed, T: address('T') });
  await run.until(() => latest(run)['speed'] === 'decode', 'the fault');
  const asked = browses.requests.length;
  pump.setValueFromSource({ dataType: DataType.ExtensionObject, value: construct(fieldsOf(1500)) });
  server.set('T', double(2));
  await run.until(() => run.samples('T').at(-1)?.value === 2, 'the other point');
  expect(latest(run)['speed']).toBe('decode');
  expect(run.events('opcua.structure-unknown')).toHaveLength(1);
  expect(browses.requests.length, 'the type is not asked for again').toBe(asked);
});

test('reads structures in cycles too', async () => {
  const { server, pump, construct } = await servePump();
  const run = await scene.watch(server, { speed: points.speed }, { mode: 'read' });
  await run.until(() => run.samples('speed').at(-1)?.value === 1480, 'the speed');
  pump.setValueFromSource({ dataType: DataType.ExtensionObject, value: construct(fieldsOf(900)) });
  await run.until(() => run.samples('speed').at(-1)?.value === 900, 'the change');
});

test('reads matrices, arrays of every kind and 64-bit integers exactly', async () => {
  const server = await scene.serve({
    Bytes: { dataType: DataType.Byte, arrayType: VariantArrayType.Array, value: new Uint8Array([7, 8, 255]) },
    Flags: { dataType: DataType.Boolean, arrayType: VariantArrayType.Array, value: [true, false] },
    Names: { dataType: DataType.String, arrayType: VariantArrayType.Array, value: ['a', '反应'] },
    Counters: {
      dataType: DataType.UInt64,
      arrayType: VariantArrayType.Array,
      value: [
        [0, 1],
        [0xffffffff, 0xffffffff],
      ],
    },
    Small: { dataType: DataType.Int64, arrayType: VariantArrayType.Scalar, value: [0xffffffff, 0xfffffffe] },
    Safe: { dataType: DataType.UInt64, arrayType: VariantArrayType.Scalar, value: [0x1fffff, 0xffffffff] },
    Big: { dataType: DataType.Int64, arrayType: VariantArrayType.Scalar, value: [0x80000000, 1] },
    Code: { dataType: DataType.String, value: '0012' },
    Blob: { dataType: DataType.ByteString, value: Buffer.from([1, 255]) },
  });
  const addressSpace = server.server.engine.addressSpace;
  const matrix = addressSpace?.getNamespace(uri).addVariable({
    componentOf: addressSpace.rootFolder.objects.server,
    nodeId: 's=Matrix',
    browseName: 'Matrix',
    dataType: 'Double',
    valueRank: 2,
    arrayDimensions: [2, 3],
  });
  matrix?.setValueFromSource({
    dataType: DataType.Double,
    arrayType: VariantArrayType.Matrix,
    dimensions: [2, 3],
    value: [1, 2, 3, 4, 5, 6],
  });
  const expected = {
    'Bytes#[2]': 255,
    'Flags#[0]': true,
    'Names#[1]': '反应',
    'Counters#[1]': '18446744073709551615',
    'Counters#[0]': 1,
    Small: -2,
    Safe: Number.MAX_SAFE_INTEGER,
    Big: '-9223372036854775807',
    Code: '0012',
    Blob: '01ff',
    'Matrix#[1][2]': 6,
    'Matrix#[0][2]': 3,
    'Matrix#[2][0]': 'decode',
    'Matrix#[1]': 'decode',
    'Flags#[5]': 'decode',
  };
  const run = await scene.watch(server, Object.fromEntries(Object.keys(expected).map((id) => [id, address(id)])));
  await eventually(() => Object.keys(latest(run)).length === Object.keys(expected).length);
  expect(latest(run)).toEqual(expected);
});
