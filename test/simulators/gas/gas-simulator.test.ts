import { describe, expect, it, onTestFinished } from 'vitest';
import { GasSimulator, type GasSimulatorOptions } from '#simulators/gas/gas-simulator.ts';
import { crc16, cutRtu, writeRtu } from '#simulators/gas/rtu-frame.ts';
import { gasDetectors } from '#simulators/plant/gas-cloud.ts';
import { RunningPlant } from '#simulators/plant/running-plant.ts';
import { RawClient } from '../modbus/raw-client.ts';

async function simulate(options: GasSimulatorOptions): Promise<GasSimulator> {
  const simulator = new GasSimulator(options);
  await simulator.start();
  onTestFinished(() => simulator.stop());
  return simulator;
}

/** Registers of one read, asked by hand. */
async function read(client: RawClient, code: number, first: number, count: number): Promise<number[]> {
  client.send(1, [code, first >> 8, first & 0xff, count >> 8, count & 0xff]);
  const reply = await client.take(9 + count * 2);
  return Array.from({ length: count }, (_, index) => reply.readUInt16BE(9 + index * 2));
}

async function clientOf(simulator: GasSimulator): Promise<RawClient> {
  const client = await RawClient.to(simulator.endpoint);
  onTestFinished(() => void client.socket.destroy());
  return client;
}

describe('a simulated gas panel', () => {
  it('shows the detectors of the plant, as a leak reaches them', async () => {
    const points = gasDetectors.map(({ point }) => point);
    const panel = await simulate({ layout: 'thousandths-of-range', points });
    const plant = new RunningPlant(1);
    plant.set('leak.rate', 0.04);
    plant.set('leak.x', -1);
    plant.set('wind.speed', 1);
    plant.set('wind.from', 272);
    let highest = 0;
    for (let step = 0; step < 4000 && highest < 60; step += 1) {
      plant.advance();
      highest = Math.max(...points.map((point) => Number(plant.show(point).shown)));
    }
    for (const { point, shown, isSensorGood } of plant.showAll()) panel.show(point, isSensorGood ? shown : undefined);
    const client = await clientOf(panel);
    const rows: number[][] = [];
    for (const channel of points.keys()) rows.push(await read(client, 4, 1 + 15 * channel, 5));
    expect(highest).toBeGreaterThan(25);
    expect(Math.max(...rows.map(([level = 0]) => level))).toBe(Math.round(highest * 10));
    expect(rows.some(([, , , , status = 0]) => (status & 1) === 1)).toBe(true);
  });

  it('refuses every write and counts it', async () => {
    const panel = await simulate({ layout: 'three-sensors', channels: 3 });
    const client = await clientOf(panel);
    client.send(1, [5, 0, 0, 0xff, 0]);
    expect((await client.take(9)).subarray(7)).toEqual(Buffer.from([0x85, 1]));
    expect(panel.writesSeen).toBe(1);
  });

  it('says that it is simulated, unless it plays a panel that says nothing of itself', async () => {
    const ask = [0x2b, 0x0e, 4, 0];
    const open = await clientOf(await simulate({ layout: 'thousandths-of-range' }));
    open.send(1, ask);
    const reply = await open.take(17 + 'Firewatch Simulator'.length - 1);
    expect(reply.toString('latin1')).toContain('Firewatch Simulator');
    const silent = await clientOf(await simulate({ layout: 'thousandths-of-range', identifies: false }));
    silent.send(1, ask);
    expect((await silent.take(9)).subarray(7)).toEqual(Buffer.from([0xab, 1]));
  });

  it('counts only while it lives', async () => {
    const transmitter = await simulate({ layout: 'code-and-mode-at-103' });
    const client = await clientOf(transmitter);
    transmitter.beat();
    transmitter.beat();
    expect(await read(client, 3, 107, 1)).toEqual([2]);
    transmitter.fault({ kind: 'heartbeat-stop' });
    transmitter.beat();
    expect(await read(client, 3, 107, 1)).toEqual([2]);
  });
});

describe('a simulated transmitter with a pulse of its own', () => {
  it('counts without being told to', async () => {
    const client = await clientOf(await simulate({ layout: 'code-and-mode-at-103', beatMs: 5 }));
    const [first = 0] = await read(client, 3, 107, 1);
    let later = first;
    while (later < first + 3) [later = 0] = await read(client, 3, 107, 1);
    expect(later).toBeGreaterThan(first);
  });
});

describe('RTU framing of the simulator', () => {
  it('knows the CRC of the standard and finds a request behind noise', () => {
    expect(crc16(Buffer.from('123456789'))).toBe(0x4b37);
    const request = writeRtu({ unit: 3, pdu: Buffer.from([3, 0, 16, 0, 2]) });
    const { frames, rest } = cutRtu(Buffer.concat([Buffer.from([0xff, 0x00, 0x03]), request, request.subarray(0, 5)]));
    expect(frames).toEqual([{ unit: 3, pdu: Buffer.from([3, 0, 16, 0, 2]) }]);
    expect(rest).toEqual(request.subarray(0, 5));
  });
});
