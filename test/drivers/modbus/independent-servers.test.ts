import { ServerTCP } from 'modbus-serial';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { pymodbusServer } from './pymodbus-server.ts';
import { watch } from './watch-driver.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
});

function open(port: number, points: Readonly<Record<string, string>>) {
  const watched = watch({
    options: { transport: { kind: 'tcp', host: '127.0.0.1', port }, interval: '100ms', timeout: '2s' },
    points,
  });
  cleanup.push(watched.stop);
  return watched;
}

describe('against servers of others', () => {
  it('reads all four areas of pymodbus, and registers around its holes', async () => {
    const server = await pymodbusServer('tcp');
    cleanup.push(server.stop);
    const watched = open(Number(server.ready), {
      first: 'holding:0 uint16',
      before: 'holding:49 uint16',
      hole: 'holding:50 uint16',
      after: 'holding:51 uint16',
      other: 'holding:7 uint16 unit=2',
      float: 'input:10 float32 CDAB',
      coil: 'coil:9',
      discrete: 'discrete:10',
      last: 'holding:#200 uint16',
    });
    await watched.until(() => watched.of('discrete').length >= 3 && watched.of('other').length >= 3);
    const values = Object.fromEntries(
      ['first', 'before', 'after', 'other', 'float', 'coil', 'discrete', 'last'].map((id) => [
        id,
        watched.last(id)?.value,
      ]),
    );
    expect(values).toEqual({
      first: 0x100,
      before: 0x100 + 49,
      after: 0x100 + 51,
      other: 0x207,
      float: 40,
      coil: true,
      discrete: false,
      last: 0x100 + 199,
    });
    expect(watched.last('hole')).toMatchObject({ value: null, quality: { reason: 'no-such-address', raw: 2 } });
    expect(watched.signals).toContainEqual({ type: 'device', facts: { 'unit 1 vendor': 'pymodbus' } });
  });

  it('reads modbus-serial', async () => {
    const server = new ServerTCP(
      {
        getHoldingRegister: (address: number, unit: number) => unit * 256 + address,
        getInputRegister: (address: number) => address,
        getCoil: (address: number) => address % 2 === 0,
        getDiscreteInput: (address: number) => address % 2 === 1,
      },
      { host: '127.0.0.1', port: 0, unitID: 255 },
    );
    cleanup.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    await new Promise<void>((resolve) => server.on('initialized', () => resolve()));
    const { port } = (server as unknown as { _server: { address: () => AddressInfo } })._server.address();
    const watched = open(port, {
      a: 'holding:3 uint16',
      b: 'holding:3 uint16 unit=7',
      c: 'input:5 uint16',
      d: 'coil:2',
    });
    await watched.until(() => ['a', 'b', 'c', 'd'].every((id) => watched.last(id) !== undefined));
    expect(['a', 'b', 'c', 'd'].map((id) => watched.last(id)?.value)).toEqual([0x103, 0x703, 5, true]);
  });
});
