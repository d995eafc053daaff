import { connect } from 'node:net';
import { AttributeIds, OPCUAClient, TimestampsToReturn, type ClientSession, type DataValue } from 'node-opcua';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { PERCENT_NAMESPACE, PLANT_NAMESPACE } from '#simulators/opcua/node-table.ts';
import { OpcuaSimulator } from '#simulators/opcua/opcua-simulator.ts';
import { RunningPlant } from '#simulators/plant/running-plant.ts';
import { plantTags } from '#simulators/plant/tags.ts';

const TIME = Date.UTC(2026, 0, 2, 3, 4, 5);
const plant = new RunningPlant(1);
let dcs: OpcuaSimulator;

beforeAll(async () => {
  dcs = new OpcuaSimulator({ port: 0, loadPoints: 25 });
  await dcs.start();
  dcs.show(plant.showAll(), TIME);
});

afterEach(() => dcs.clear());
afterAll(() => dcs.stop());

/** What a client of its own sees, in one session. */
const withSession = async <Result>(
  look: (session: ClientSession) => Promise<Result>,
  transactionTimeout = 10_000,
): Promise<Result> => {
  const client = OPCUAClient.create({
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0 },
    transportTimeout: transactionTimeout,
    defaultTransactionTimeout: transactionTimeout,
  });
  try {
    await client.connect(dcs.endpoint);
    const session = await client.createSession();
    const result = await look(session);
    await session.close();
    return result;
  } finally {
    await client.disconnect();
  }
};

const read = (nodes: readonly string[]): Promise<DataValue[]> =>
  withSession((session) =>
    session.read(
      nodes.map((nodeId) => ({ nodeId, attributeId: AttributeIds.Value })),
      0,
    ),
  );

const namespaceOf = (namespaces: readonly string[], uri: string): number => namespaces.indexOf(uri);

const isRefused = (): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(dcs.endpoint).port), '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(false);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });

describe('the simulated DCS', () => {
  it('says on the wire that it is a simulator', async () => {
    const [manufacturer] = await read(['ns=0;i=2263']);
    expect(manufacturer?.value.value).toBe(SIMULATOR_VENDOR);
  });

  it('tells clients the address that they know it by', async () => {
    const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
    await client.connect(dcs.endpoint);
    const endpoints = await client.getEndpoints();
    await client.disconnect();
    expect(endpoints.map(({ endpointUrl }) => endpointUrl)).toContain(dcs.endpoint);
  });

  it("shows every DCS tag with the plant's value and sample time", async () => {
    const tags = plantTags.filter(({ system }) => system === 'dcs');
    const values = await read(tags.map(({ tag }) => `ns=2;s=${tag}`));
    expect(tags.length).toBeGreaterThan(40);
    expect(values.map(({ value }) => value.value as unknown)).toEqual(tags.map(({ point }) => plant.show(point).shown));
    expect(new Set(values.map(({ sourceTimestamp }) => sourceTimestamp?.getTime()))).toEqual(new Set([TIME]));
    expect(new Set(values.map(({ statusCode }) => statusCode.name))).toEqual(new Set(['Good']));
  });

  it('gives analog tags their unit and range', async () => {
    const [unit, range] = await withSession(async (session) => {
      const children = await session.browse({
        nodeId: 'ns=2;s=TI-1101',
        referenceTypeId: 'HasProperty',
        resultMask: 63,
      });
      const nodeOf = (name: string): string =>
        String((children.references ?? []).find(({ browseName }) => browseName.name === name)?.nodeId);
      return session.read([
        { nodeId: nodeOf('EngineeringUnits'), attributeId: AttributeIds.Value },
        { nodeId: nodeOf('EURange'), attributeId: AttributeIds.Value },
      ]);
    });
    expect(unit?.value.value).toMatchObject({ displayName: { text: '°C' } });
    expect(range?.value.value).toMatchObject({ low: 0, high: 120 });
  });

  it('refuses to be written', async () => {
    const status = await withSession((session) =>
      session.write({
        nodeId: 'ns=2;s=TI-1101',
        attributeId: AttributeIds.Value,
        value: { value: { dataType: 'Double', value: 1 } },
      }),
    );
    expect(status.name).toBe('BadNotWritable');
  });

  it('has further tags for load, which change', async () => {
    const nodes = ['ns=2;s=LOAD-00001', 'ns=2;s=LOAD-00025'];
    dcs.show([], TIME + 1000);
    const before = await read(nodes);
    dcs.show([], TIME + 2000);
    const after = await read(nodes);
    expect(before.map(({ value }) => typeof value.value)).toEqual(['number', 'number']);
    expect(after.map(({ value }) => value.value as unknown)).not.toEqual(
      before.map(({ value }) => value.value as unknown),
    );
  });

  it('notifies a subscriber of a change', async () => {
    const heard = await withSession(async (session) => {
      const subscription = await session.createSubscription2({
        requestedPublishingInterval: 50,
        publishingEnabled: true,
      });
      const item = await subscription.monitor(
        { nodeId: 'ns=2;s=YI-1501', attributeId: AttributeIds.Value },
        { samplingInterval: 50, queueSize: 10, discardOldest: true },
        TimestampsToReturn.Both,
      );
      const values: unknown[] = [];
      const changed = Promise.withResolvers<void>();
      item.on('changed', (value: DataValue) => {
        values.push(value.value.value);
        if (values.length === 1) dcs.show([{ ...plant.show('C-1501.running'), shown: false }], TIME + 500);
        else changed.resolve();
      });
      await changed.promise;
      await subscription.terminate();
      return values;
    });
    dcs.show(plant.showAll(), TIME);
    expect(heard).toEqual([true, false]);
  });
});

describe('a DCS that is stopped while it starts', () => {
  it('leaves nothing behind that listens', async () => {
    const brief = new OpcuaSimulator({ port: 0 });
    await Promise.all([brief.start(), brief.stop()]);
    await expect(
      new Promise((resolve, reject) => {
        connect(Number(new URL(brief.endpoint).port), '127.0.0.1')
          .on('connect', resolve)
          .on('error', reject);
      }),
    ).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('a fault of the DCS', () => {
  it('gone: cuts the connection, refuses new ones, and comes back on the same port with its values', async () => {
    const { endpoint } = dcs;
    await dcs.fault({ kind: 'gone' });
    expect(await isRefused()).toBe(true);
    await dcs.clear();
    expect(dcs.endpoint).toBe(endpoint);
    const [value] = await read(['ns=2;s=TI-1101']);
    expect(value?.value.value).toBe(plant.show('T-1101.temperature').shown);
  });

  it('hang: accepts and never answers, then goes on', async () => {
    await dcs.fault({ kind: 'hang' });
    expect(await isRefused()).toBe(false);
    await expect(withSession(() => Promise.resolve('answered'), 500)).rejects.toThrow(/./);
    await dcs.clear();
    expect((await read(['ns=2;s=TI-1101'])).length).toBe(1);
  });

  it('slow: every answer takes its time', async () => {
    await withSession(async (session) => {
      await dcs.fault({ kind: 'slow', delayMs: 150 });
      const start = performance.now();
      await session.read({ nodeId: 'ns=2;s=TI-1101', attributeId: AttributeIds.Value });
      expect(performance.now() - start).toBeGreaterThan(140);
    });
  });

  it('namespace-shift: the same index names the same tag of another namespace, with another value', async () => {
    const look = () =>
      withSession(async (session) => ({
        namespaces: await session.readNamespaceArray(),
        second: await session.read({ nodeId: 'ns=2;s=TI-1101', attributeId: AttributeIds.Value }),
        third: await session.read({ nodeId: 'ns=3;s=TI-1101', attributeId: AttributeIds.Value }),
      }));
    const before = await look();
    await dcs.fault({ kind: 'namespace-shift' });
    const after = await look();
    expect([
      namespaceOf(before.namespaces, PLANT_NAMESPACE),
      namespaceOf(before.namespaces, PERCENT_NAMESPACE),
    ]).toEqual([2, 3]);
    expect([namespaceOf(after.namespaces, PLANT_NAMESPACE), namespaceOf(after.namespaces, PERCENT_NAMESPACE)]).toEqual([
      3, 2,
    ]);
    expect(after.second.statusCode.name).toBe('Good');
    expect(after.second.value.value).toBeCloseTo(Number(before.second.value.value) / 1.2, 6);
    expect(after.third.value.value).toBe(before.second.value.value);
  });

  it('status: the point carries the code given, its neighbours do not', async () => {
    await dcs.fault({ kind: 'status', point: 'T-1101.temperature', status: 'BadSensorFailure' });
    dcs.show(plant.showAll(), TIME);
    const values = await read(['ns=2;s=TI-1101', 'ns=2;s=PI-1101']);
    expect(values.map(({ statusCode }) => statusCode.name)).toEqual(['BadSensorFailure', 'Good']);
  });

  it('clock-step: source timestamps are off by hours', async () => {
    await dcs.fault({ kind: 'clock-step', offsetMs: 8 * 3_600_000 });
    dcs.show(plant.showAll(), TIME);
    const [value] = await read(['ns=2;s=TI-1101']);
    expect(value?.sourceTimestamp?.getTime()).toBe(TIME + 8 * 3_600_000);
  });

  it('limits: more nodes than allowed are refused, as the server says beforehand', async () => {
    await dcs.fault({ kind: 'limits', nodesPerRead: 5 });
    const [limit] = await read(['ns=0;i=11705']);
    expect(limit?.value.value).toBe(5);
    const tooMany = Array.from({ length: 6 }, () => 'ns=2;s=TI-1101');
    await expect(read(tooMany)).rejects.toThrow(/BadTooManyOperations/);
  });

  it('freeze: value and source time of the point stand still', async () => {
    await dcs.fault({ kind: 'freeze', point: 'T-1101.temperature' });
    const later = new RunningPlant(2);
    later.advance();
    dcs.show(later.showAll(), TIME + 5000);
    const [frozen, moving] = await read(['ns=2;s=TI-1101', 'ns=2;s=PI-1101']);
    expect(frozen?.sourceTimestamp?.getTime()).toBe(TIME);
    expect(frozen?.value.value).toBe(plant.show('T-1101.temperature').shown);
    expect(moving?.sourceTimestamp?.getTime()).toBe(TIME + 5000);
    dcs.show(plant.showAll(), TIME);
  });

  it('is refused for an unknown point or status code', async () => {
    await expect(dcs.fault({ kind: 'freeze', point: 'TK-2101.level' })).rejects.toThrow(/does not show TK-2101\.level/);
    await expect(dcs.fault({ kind: 'status', point: 'T-1101.level', status: 'BadMood' })).rejects.toThrow(/BadMood/);
    expect(dcs.faults).toEqual([]);
  });
});
