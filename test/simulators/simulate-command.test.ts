import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { SimulatorsStatus } from '#simulators/start-simulators.ts';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));
const children: ChildProcess[] = [];

const simulate = (...words: string[]): ChildProcess => {
  const child = spawn(process.execPath, [main, 'simulate', ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
};

const anyPorts = ['--port', '0', '--opcua-port', '0', '--modbus-port', '0'];

const firstLine = async (child: ChildProcess): Promise<string> => {
  if (!child.stdout) throw new Error('the child has no output');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return line;
};

const textOf = async (stream: NodeJS.ReadableStream | null): Promise<string> => {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
};

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

describe('firewatch simulate', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'prints its endpoints as JSON when ready, and ends cleanly on %s',
    async (signal) => {
      const child = simulate('--json', '--scenario', 'demo', ...anyPorts);
      const ready = JSON.parse(await firstLine(child)) as {
        endpoints: { opcua: string; modbus: string; control: string };
        expects: unknown[];
      };
      expect(ready.endpoints.opcua).toMatch(/^opc\.tcp:\/\/127\.0\.0\.1:\d+$/);
      expect(ready.endpoints.modbus).toMatch(/^127\.0\.0\.1:\d+$/);
      expect(ready.expects.length).toBeGreaterThan(5);
      const status = (await (await fetch(`${ready.endpoints.control}/status`)).json()) as SimulatorsStatus;
      expect(status.scenario).toBe('demo');
      child.kill(signal);
      expect(await once(child, 'exit')).toEqual([0, null]);
    },
  );

  it('runs the devices named alone', async () => {
    const child = simulate('modbus', '--json', ...anyPorts);
    const { endpoints } = JSON.parse(await firstLine(child)) as { endpoints: Record<string, string> };
    expect(Object.keys(endpoints).toSorted()).toEqual(['control', 'modbus']);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it.each([
    ['an unknown device', ['camera-9'], /opcua, modbus/],
    ['a port that is none', ['--port', '70000'], /0 to 65535/],
    ['an unknown scenario', ['--scenario', 'picnic', ...anyPorts], /picnic.*demo/],
    ['a scenario file that is not there', ['--scenario', './picnic.yaml', ...anyPorts], /picnic\.yaml/],
  ])('refuses %s with status 2 and says why', async (_, words, reason) => {
    const child = simulate(...words);
    const [error, [code]] = await Promise.all([textOf(child.stderr), once(child, 'exit')]);
    expect(code).toBe(2);
    expect(error).toMatch(reason);
    expect(error).not.toMatch(/at .*\.ts:/);
  });

  it('ends with status 2 when a port is taken, and lets go of the others', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const child = simulate('--port', '0', '--opcua-port', '0', '--modbus-port', String(port));
    const [error, [code]] = await Promise.all([textOf(child.stderr), once(child, 'exit')]);
    taken.close();
    expect(code).toBe(2);
    expect(error).toContain(`EADDRINUSE: address already in use 127.0.0.1:${port}`);
  });

  it('lists the scenarios', async () => {
    const child = simulate('--list');
    const text = await textOf(child.stdout);
    expect(text).toMatch(/^demo .*Sixty-second/m);
    expect(text).toMatch(/^hydrogen-leak /m);
  });
});
