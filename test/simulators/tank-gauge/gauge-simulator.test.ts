import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { gaugeFaultSchema } from '#simulators/tank-gauge/fault.ts';
import { GaugeSimulator } from '#simulators/tank-gauge/gauge-simulator.ts';
import { frame } from '#simulators/tank-gauge/report.ts';
import { tankAt } from '#simulators/tank-gauge/tank.ts';

describe('a frame of the simulated console', () => {
  it('has the checksum of a recorded one', () => {
    const body = '011000006470F5F6346C5DC6F442C818943D7A005000000003E8C0000';
    expect(frame('i21401', '2401251603', body)).toBe(`\x01i214012401251603${body}&&F056\x03`);
  });
});

describe('a tank', () => {
  it('adds up to its size at any height', () => {
    for (const height of [0, 12, 600, 1200, 2399, 2400]) {
      const { volume, ullage, waterVolume } = tankAt(1, '1', height);
      expect(volume + ullage + waterVolume).toBeCloseTo(30_000, 6);
    }
    expect(tankAt(1, '1', 1200).volume + tankAt(1, '1', 1200).waterVolume).toBeCloseTo(15_000, 6);
  });
});

describe('on the wire', { timeout: 180_000 }, () => {
  let gauge: GaugeSimulator;
  let client: Socket;
  let heard: string;

  const ask = async (text: string): Promise<string> => {
    heard = '';
    client.write(text, 'latin1');
    while (!heard.endsWith('\x03')) await once(client, 'data');
    return heard;
  };

  beforeEach(async () => {
    gauge = new GaugeSimulator({ port: 0, tanks: [tankAt(1, '1', 1450), { ...tankAt(2, '2', 820), alarms: [4] }] });
    await gauge.start();
    const [host, port] = gauge.endpoint.split(':');
    client = connect({ host: host ?? '', port: Number(port) });
    client.on('data', (bytes) => {
      heard += bytes.toString('latin1');
    });
    await once(client, 'connect');
  });
  afterEach(async () => {
    client.destroy();
    await gauge.stop();
  });

  it('answers its three functions, for all tanks and for one', async () => {
    expect(await ask('\x01i20100')).toMatch(/i20100\d{10}011000007[0-9A-F]{56}022000007[0-9A-F]{56}&&/);
    expect(await ask('\x01i20102')).toMatch(/i20102\d{10}022000007[0-9A-F]{56}&&/);
    expect(await ask('\x01i20500')).toMatch(/i20500\d{10}0100020104&&[0-9A-F]{4}/);
    expect(await ask('\x01i90200')).toContain(SIMULATOR_VENDOR);
  });

  it('refuses what it does not know, and counts what would set something', async () => {
    expect(await ask('\x01i99900')).toBe('\x019999FF1B\x03');
    expect(await ask('\x01S60201DIESEL')).toBe('\x019999FF1B\x03');
    expect([gauge.queriesSeen, gauge.setsSeen]).toEqual([2, 1]);
  });

  it.each([
    [{ kind: 'probe-out', tank: 1 }, /i20500\d{10}01010902/],
    [{ kind: 'missing-tank', tank: 1 }, /i20500\d{10}020104&&/],
    [{ kind: 'unknown-function', code: 'i205' }, /9999FF1B/],
    [{ kind: 'noise' }, /i20500\d{10}0100020104&&/],
    [{ kind: 'split', size: 2 }, /i20500\d{10}0100020104&&/],
  ])('under %o shows it', async (fault, expected) => {
    await gauge.fault(gaugeFaultSchema.parse(fault));
    heard = '';
    client.write('\x01i20500');
    while (!expected.test(heard)) await once(client, 'data');
    await gauge.clear();
    expect(gauge.faults).toEqual([]);
  });

  it('answers a command that comes in pieces', async () => {
    client.write('\x01i20');
    expect(await ask('500')).toContain('\x01i20500');
  });

  it('without its security code says nothing', async () => {
    const secured = new GaugeSimulator({ port: 0, securityCode: '123456' });
    await secured.start();
    const [host, port] = secured.endpoint.split(':');
    client.destroy();
    client = connect({ host: host ?? '', port: Number(port) });
    client.on('data', (bytes) => {
      heard += bytes.toString('latin1');
    });
    client.write('\x01i20100');
    expect(await ask('\x01123456i90200')).toContain('\x01i90200');
    await secured.stop();
  });
});
