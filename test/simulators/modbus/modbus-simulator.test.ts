import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { deliver } from '#simulators/modbus/delivery.ts';
import { ModbusSimulator } from '#simulators/modbus/modbus-simulator.ts';
import { registerMap } from '#simulators/modbus/register-map.ts';
import { RunningPlant } from '#simulators/plant/running-plant.ts';
import { plantTags } from '#simulators/plant/tags.ts';
import { RawClient, readPdu } from './raw-client.ts';

let plc: ModbusSimulator;
const clients: RawClient[] = [];

const showAll = (plant: RunningPlant): void => {
  for (const { point, shown, isSensorGood } of plant.showAll()) plc.show(point, isSensorGood ? shown : undefined);
};

const client = async (): Promise<RawClient> => {
  const one = await RawClient.to(plc.endpoint);
  clients.push(one);
  return one;
};

/** Refused, as by a host where nothing listens. */
const isRefused = (): Promise<boolean> =>
  new Promise((resolve) => {
    const [host, port] = plc.endpoint.split(':');
    const socket = connect({ host: host ?? '', port: Number(port) });
    socket.on('connect', () => resolve(false));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
    socket.on('close', () => socket.destroy());
  });

beforeEach(async () => {
  plc = new ModbusSimulator({ port: 0 });
  await plc.start();
  showAll(new RunningPlant(1));
});

afterEach(async () => {
  for (const one of clients.splice(0)) one.socket.destroy();
  await plc.stop();
});

const LEVEL = readPdu(4, 0, 2);
const PHASE = readPdu(3, 0x100, 1);

describe('the simulated PLC', () => {
  it('shows every tag of the tank farm, and no other, without overlap', () => {
    const shown = registerMap.map(({ point }) => point).toSorted();
    expect(shown).toEqual(
      plantTags
        .filter(({ system }) => system === 'plc')
        .map(({ point }) => point)
        .toSorted(),
    );
    const taken = registerMap.map(({ area, register, encoding }) =>
      encoding.type === 'word-bit' ? `${area} ${register}.${encoding.bit}` : `${area} ${register}`,
    );
    expect(new Set(taken).size).toBe(taken.length);
  });

  it('answers an independent client in every table, type and word order, and refuses its writes', async () => {
    const script = fileURLToPath(new URL('read-with-pymodbus.py', import.meta.url));
    const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, plc.endpoint]);
    const read = JSON.parse(stdout) as Record<string, never>;
    const plant = new RunningPlant(1);
    const shown = (point: string): number => Number(plant.show(point).shown);
    const what = ['level', 'temperature', 'top-temperature', 'pressure', 'mass', 'concentration'];
    expect(read).toEqual({
      tank1: what.map((one) => Math.fround(shown(`TK-2101.${one}`))),
      phase: 2,
      status: 0b010111,
      flow: Math.fround(shown('L-2201.flow')),
      batch: 4000,
      total: 1_204_000,
      gas: [
        ...['AT-1501', 'AT-1502', 'AT-1503', 'AT-1101', 'AT-1102', 'AT-1103'].map((detector) =>
          Math.round(shown(`${detector}.hydrogen`) * 10),
        ),
        Math.round(shown('AT-2101.oxygen') * 100),
        Math.round(shown('AT-2102.oxygen') * 100),
      ],
      coils: [true, false, false, true, false, true, true, false],
      discretes: [false, false],
      hole: 2,
      writeRegister: 1,
      writeCoil: 1,
      strangeUnit: 11,
      identity: { 0: SIMULATOR_VENDOR, 1: 'FW-SIM-PLC', 2: '1.0' },
    });
    expect(plc.writesSeen).toBe(2);
    expect(plc.requestsSeen).toBe(10);
  });

  it('counts a write of every kind and changes nothing', async () => {
    const one = await client();
    const before = await one.ask(1, PHASE);
    const writes = [
      [5, 0, 0, 0xff, 0],
      [6, 1, 0, 0, 9],
      [15, 0, 0, 0, 1, 1, 1],
      [16, 1, 0, 0, 1, 2, 0, 9],
      [22, 1, 0, 0, 0, 0, 9],
      [23, 1, 0, 0, 1, 1, 0, 0, 1, 2, 0, 9],
    ];
    for (const pdu of writes) expect([...(await one.ask(2, pdu))].slice(7)).toEqual([(pdu[0] ?? 0) | 0x80, 1]);
    expect(plc.writesSeen).toBe(writes.length);
    expect([...(await one.ask(1, PHASE))]).toEqual([...before]);
  });

  it('answers requests that arrive in pieces or several at once', async () => {
    const one = await client();
    const frame = Buffer.from([0, 7, 0, 0, 0, 6, 1, ...PHASE]);
    one.socket.write(frame.subarray(0, 5));
    one.socket.write(Buffer.concat([frame.subarray(5), frame]));
    expect((await one.takeFrame()).readUInt16BE(0)).toBe(7);
    expect((await one.takeFrame()).readUInt16BE(0)).toBe(7);
  });

  it('hangs up on what is no Modbus TCP', async () => {
    const one = await client();
    one.socket.write('GET / HTTP/1.1\r\n\r\n');
    await expect(one.closed).resolves.toBeDefined();
  });

  it('shows a sentinel while a sensor is broken', async () => {
    const plant = new RunningPlant(1);
    plant.break('TK-2101.level');
    plant.break('AT-1501.hydrogen');
    showAll(plant);
    const one = await client();
    expect([...(await one.ask(1, readPdu(4, 0, 2)))].slice(9)).toEqual([0, 0, 0x7f, 0xc0]);
    expect([...(await one.ask(1, readPdu(3, 0x200, 1)))].slice(9)).toEqual([0xff, 0xff]);
  });
});

describe('a fault of the PLC', () => {
  it('gone: cuts connections, refuses new ones, and comes back on the same port', async () => {
    const one = await client();
    const { endpoint } = plc;
    await plc.fault({ kind: 'gone' });
    await one.closed;
    expect(await isRefused()).toBe(true);
    await plc.clear();
    expect(plc.endpoint).toBe(endpoint);
    expect((await (await client()).ask(1, PHASE)).length).toBe(11);
  });

  it('reset: answers a request by RST', async () => {
    const one = await client();
    await plc.fault({ kind: 'reset' });
    one.send(1, PHASE);
    await expect(one.closed).resolves.toBe('reset');
  });

  it('half-open: never answers and keeps the connection, even when the client says good-bye', async () => {
    const one = await client();
    await plc.fault({ kind: 'half-open' });
    one.send(1, PHASE);
    one.socket.end();
    await vi.waitFor(() => expect(plc.requestsSeen).toBe(1), { timeout: 45_000 });
    expect(one.received.length).toBe(0);
    expect(one.socket.destroyed).toBe(false);
    await plc.clear();
    expect((await (await client()).ask(2, PHASE)).readUInt16BE(0)).toBe(2);
    expect(one.received.length).toBe(0);
  });

  it('one-connection: resets the second client and serves the first', async () => {
    const first = await client();
    await first.ask(1, PHASE);
    await plc.fault({ kind: 'one-connection' });
    // The reset may come even before the client has seen its connection.
    const second = RawClient.to(plc.endpoint).then(
      (one) => one.closed,
      () => 'reset',
    );
    await expect(second).resolves.toBe('reset');
    expect((await first.ask(2, PHASE)).readUInt16BE(0)).toBe(2);
  });

  it('slow: answers in order, later', async () => {
    await plc.fault({ kind: 'slow', delayMs: 60 });
    const one = await client();
    const start = performance.now();
    one.send(1, PHASE);
    one.send(2, PHASE);
    expect((await one.takeFrame()).readUInt16BE(0)).toBe(1);
    expect(performance.now() - start).toBeGreaterThan(55);
    expect((await one.takeFrame()).readUInt16BE(0)).toBe(2);
  });

  it('late-reply: an answer comes after that of a later request', async () => {
    await plc.fault({ kind: 'late-reply', delayMs: 80, every: 2 });
    const one = await client();
    await one.ask(1, PHASE);
    one.send(2, PHASE);
    one.send(3, PHASE);
    expect((await one.takeFrame()).readUInt16BE(0)).toBe(3);
    expect((await one.takeFrame()).readUInt16BE(0)).toBe(2);
  });

  it('wrong-transaction and wrong-unit: the reply carries other numbers than the request', async () => {
    const one = await client();
    await plc.fault({ kind: 'wrong-transaction', offset: 1, every: 1 });
    expect((await one.ask(41, PHASE)).readUInt16BE(0)).toBe(42);
    await plc.clear('wrong-transaction');
    await plc.fault({ kind: 'wrong-unit', offset: 1, every: 1 });
    const reply = await one.ask(41, PHASE);
    expect([reply.readUInt16BE(0), reply[6]]).toEqual([41, 2]);
  });

  it.each([2, 4, 6, 0x0b])('exception %i: for every read, or only where a point is touched', async (code) => {
    const one = await client();
    await plc.fault({ kind: 'exception', code });
    expect([...(await one.ask(1, LEVEL))].slice(7)).toEqual([0x84, code]);
    await plc.clear();
    await plc.fault({ kind: 'exception', code, point: 'TK-2101.level' });
    expect([...(await one.ask(2, readPdu(4, 1, 4)))].slice(7)).toEqual([0x84, code]);
    expect((await one.ask(3, readPdu(4, 2, 4)))[7]).toBe(4);
  });

  it('bad-register: holds the words given until it is cleared', async () => {
    await plc.fault({ kind: 'bad-register', point: 'TK-2101.level', words: [0x7fff, 0xffff] });
    showAll(new RunningPlant(1));
    const one = await client();
    expect([...(await one.ask(1, LEVEL))].slice(9)).toEqual([0x7f, 0xff, 0xff, 0xff]);
    await plc.clear();
    showAll(new RunningPlant(1));
    expect([...(await one.ask(2, LEVEL))].slice(9)).not.toEqual([0x7f, 0xff, 0xff, 0xff]);
  });

  it('freeze: a point stands still while its neighbours move', async () => {
    const one = await client();
    const both = readPdu(4, 0, 4);
    const before = await one.ask(1, both);
    await plc.fault({ kind: 'freeze', point: 'TK-2101.level' });
    const plant = new RunningPlant(2);
    plant.advance();
    showAll(plant);
    const after = await one.ask(1, both);
    expect([...after.subarray(0, 13)]).toEqual([...before.subarray(0, 13)]);
    expect([...after.subarray(13)]).not.toEqual([...before.subarray(13)]);
  });

  it('truncated: the frame ends before its length says', async () => {
    await plc.fault({ kind: 'truncated', missing: 3, every: 2 });
    const one = await client();
    await one.ask(1, LEVEL);
    one.send(2, LEVEL);
    one.send(3, LEVEL);
    const received = await one.take(13 - 3 + 13);
    expect(received.readUInt16BE(4)).toBe(7);
    expect(received.readUInt16BE(10)).toBe(3);
  });

  it('garbage: bytes that are no Modbus TCP', async () => {
    await plc.fault({ kind: 'garbage', bytes: 20, every: 1 });
    const one = await client();
    one.send(1, PHASE);
    expect((await one.take(20)).readUInt16BE(2)).not.toBe(0);
  });

  it('split: the reply comes in small segments and is whole', async () => {
    await plc.fault({ kind: 'split', size: 2, delayMs: 10 });
    const one = await client();
    const reply = await one.ask(5, LEVEL);
    expect(reply.length).toBe(13);
    expect(one.chunks).toBeGreaterThan(1);
  });

  it('is refused for a point that the PLC does not show', async () => {
    await expect(plc.fault({ kind: 'freeze', point: 'T-1101.level' })).rejects.toThrow(/does not show T-1101\.level/);
    expect(plc.faults).toEqual([]);
  });

  it('adds to others', () => {
    const reply = { transaction: 1, unit: 1, pdu: Buffer.from([3, 2, 0, 5]) };
    const segments = deliver(
      reply,
      [
        { kind: 'slow', delayMs: 100 },
        { kind: 'wrong-unit', offset: 1, every: 1 },
        { kind: 'split', size: 6, delayMs: 5 },
      ],
      1,
    );
    expect(segments).toEqual([
      { afterMs: 100, bytes: Buffer.from([0, 1, 0, 0, 0, 5]) },
      { afterMs: 105, bytes: Buffer.from([2, 3, 2, 0, 5]) },
    ]);
  });
});
