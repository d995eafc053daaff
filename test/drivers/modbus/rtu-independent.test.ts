import { afterEach, describe, expect, it } from 'vitest';
import { ptyPair } from './pty-pair.ts';
import { pymodbusServer } from './pymodbus-server.ts';
import { watch } from './watch-driver.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
});

const points = {
  first: 'holding:0 uint16',
  hole: 'holding:50 uint16',
  after: 'holding:51 uint16',
  other: 'holding:7 uint16 unit=2',
  float: 'input:10 float32 CDAB',
  coil: 'coil:9',
  absent: 'holding:1 uint16 unit=9',
};

const expected: Readonly<Record<string, number | boolean | null>> = {
  first: 0x100,
  hole: null,
  after: 0x100 + 51,
  other: 0x207,
  float: 40,
  coil: true,
  absent: null,
};

function open(transport: object, wanted: Readonly<Record<string, string>> = points) {
  const watched = watch({ options: { transport, interval: '200ms', timeout: '500ms' }, points: wanted });
  cleanup.push(watched.stop);
  return watched;
}

async function readsEverything(watched: ReturnType<typeof open>): Promise<void> {
  const ids = Object.keys(points);
  const isRight = (id: string): boolean => watched.last(id)?.value === expected[id];
  await watched.until(
    () => ids.every((id) => watched.of(id).length >= 2 && isRight(id)) || watched.error() !== undefined,
  );
  expect(watched.error()).toBeUndefined();
  for (const { point, value } of watched.samples()) expect([null, expected[point]]).toContain(value);
  expect(watched.last('hole')?.quality).toMatchObject({ reason: 'no-such-address', raw: 2 });
  expect(watched.last('absent')?.quality).toMatchObject({ reason: 'comm-lost' });
}

describe('Modbus RTU against pymodbus', () => {
  it('reads two units on a serial line on which a third is dead', async () => {
    const pair = await ptyPair();
    cleanup.push(pair.stop);
    const server = await pymodbusServer('rtu', pair.theirs);
    cleanup.push(server.stop);
    await readsEverything(open({ kind: 'rtu', path: pair.ours, baudRate: 9600 }));
  });

  it('reads them through a transparent serial server', async () => {
    const server = await pymodbusServer('rtu-over-tcp');
    cleanup.push(server.stop);
    await readsEverything(open({ kind: 'rtu-over-tcp', host: '127.0.0.1', port: Number(server.ready) }));
  });

  it('finds an adapter again that was pulled out and came back', async () => {
    const pair = await ptyPair();
    const server = await pymodbusServer('rtu', pair.theirs);
    const path = `${pair.directory}/usb-*-port0`;
    const before = open({ kind: 'rtu', path }, { first: points.first });
    await before.until(() => before.last('first')?.value === 0x100);
    await pair.stop();
    await before.until(() => before.error() !== undefined);
    expect(before.error()?.message).toMatch(/the serial port (went away|failed)/);
    await server.stop();

    const missing = open({ kind: 'rtu', path }, { first: points.first });
    await missing.until(() => missing.error() !== undefined);
    expect(missing.error()?.message).toContain(`no serial port matches ${path}`);

    const again = await ptyPair(pair.directory);
    cleanup.push(again.stop);
    const back = await pymodbusServer('rtu', again.theirs);
    cleanup.push(back.stop);
    const after = open({ kind: 'rtu', path }, { first: points.first });
    await after.until(() => after.last('first')?.value === 0x100);
    expect(after.error()).toBeUndefined();
  });
});
