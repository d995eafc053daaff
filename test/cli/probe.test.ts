import { execFile } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { exception, reply, scriptedServer, type Asked } from '#test/drivers/modbus/scripted-server.ts';

const cleanup: (() => unknown)[] = [];
afterEach(async () => {
  for (const undo of cleanup.splice(0).toReversed()) await undo();
});

/** Unit 3 holds 23.5 as a swapped float at 0x11 and refuses register 0x14; unit 5 refuses everything; others are absent. */
async function device() {
  const registers = [0x1234, 0x0000, 0x41bc, 0x0007, 0, 0x0009];
  const server = await scriptedServer((asked: Asked) => {
    const { unit, code, start, count, socket } = asked;
    if (unit !== 3 && unit !== 5) return;
    const isRefused = unit === 5 || code !== 3 || (start <= 0x14 && 0x14 < start + count);
    if (isRefused) socket.write(exception(asked, 2));
    else
      socket.write(
        reply(
          asked,
          Array.from({ length: count }, (_, at) => registers[start + at - 0x10] ?? 0),
        ),
      );
  });
  cleanup.push(server.stop);
  return server;
}

const run = (...args: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
  new Promise((resolve) => {
    const main = new URL('../../agent/cli/main.ts', import.meta.url).pathname;
    execFile(process.execPath, [main, 'probe', 'modbus', ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });

const quick = ['--gap', '1ms', '--timeout', '100ms'];

describe('firewatch probe modbus', () => {
  it('shows each register under every type and order, and what was refused', async () => {
    const { port } = await device();
    const { code, out } = await run(
      `tcp://127.0.0.1:${port}`,
      '--unit',
      '3',
      '--from',
      'holding:0x10',
      '--count',
      '6',
      ...quick,
    );
    expect(code).toBe(0);
    expect(out).toContain('0x0011 #18 40018  0000');
    expect(out).toMatch(/float32 .*CDAB 23\.5/);
    expect(out).toContain('0x0014–0x0014  not read: illegal data address');
    expect(out).toContain('0x0015 #22 40022  0009');
  });

  it('proposes the line for a reading', async () => {
    const { port } = await device();
    const args = ['--unit', '3', '--from', 'holding:0x10', '--count', '6', '--reading', '23.5', ...quick];
    const { code, out } = await run(`tcp://127.0.0.1:${port}`, ...args);
    expect(code).toBe(0);
    expect(out).toContain('address: "holding:0x0011 float32 CDAB unit=3"');
  });

  it('answers no when nothing holds the reading', async () => {
    const { port } = await device();
    const args = ['--unit', '3', '--from', 'holding:0x10', '--count', '4', '--reading', '77.7', ...quick];
    const { code, out } = await run(`tcp://127.0.0.1:${port}`, ...args);
    expect(code).toBe(1);
    expect(out).toContain('no register of this range holds 77.7');
  });

  it('finds the units that answer, a refusal being an answer', async () => {
    const { port } = await device();
    const { code, out } = await run(
      `tcp://127.0.0.1:${port}`,
      '--scan-units',
      '1-6',
      '--json',
      '--gap',
      '1ms',
      '--timeout',
      '50ms',
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({ units: [{ unit: 3 }, { unit: 5, refusal: 'illegal data address' }] });
  });

  it('says which address cannot be understood', async () => {
    const { code, err } = await run('tcp://127.0.0.1:1', '--from', 'holding:40017');
    expect(code).toBe(2);
    expect(err).toContain('can be read in two ways');
  });

  it('says why it cannot connect', async () => {
    const server = await device();
    await server.stop();
    const { code, err } = await run(`tcp://127.0.0.1:${server.port}`);
    expect(code).toBe(1);
    expect(err).toContain('connection refused');
  });
});
