import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { until } from '#test/faults/whole-line.ts';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));

let directory: string;
let site: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'firewatch-health-'));
  site = join(directory, 'site.yaml');
  writeFileSync(
    site,
    `site: { id: a, name: a, timezone: UTC }
journal: { directory: ./data }
sources:
  - { id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: 1 } }
points:
  - { id: T, source: plc, address: "holding:0 uint16", kind: temperature, unit: °C }
`,
  );
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const run = (env: NodeJS.ProcessEnv = process.env) => {
  const child = spawn(process.execPath, [main, 'run', site], { stdio: 'ignore', env });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
};

const ask = (...words: readonly string[]) => {
  const { status, stdout } = spawnSync(process.execPath, [main, 'health', site, ...words], { encoding: 'utf8' });
  return { status, stdout };
};

const beatOf = (): { readonly isReady: boolean } | undefined => {
  const file = join(directory, 'data', 'heartbeat.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { isReady: boolean }) : undefined;
};

describe('firewatch health', () => {
  it('answers no without an agent, yes with one and what does not work around it, and no again when it stops', async () => {
    expect(ask()).toMatchObject({ status: 1, stdout: expect.stringContaining('no agent runs') });
    const agent = run();
    await until('the agent has tried its source', () => beatOf()?.isReady || undefined);
    const { status, stdout } = ask('--ready');
    expect(stdout).toContain('ready, with faults');
    expect(stdout).toContain('- source plc: offline');
    expect(status).toBe(0);
    expect(JSON.parse(ask('--json').stdout)).toMatchObject({ ok: true, pid: agent.pid, isDegraded: true });
    agent.kill('SIGTERM');
    await until('the agent is gone', () => agent.exitCode ?? undefined);
    expect(ask('--json')).toMatchObject({ status: 1, stdout: expect.stringContaining('"ok":false') });
  });

  it('answers no for an agent that stands still', async () => {
    const agent = run();
    await until('the first heartbeat', beatOf);
    agent.kill('SIGSTOP');
    const file = join(directory, 'data', 'heartbeat.json');
    const beat = JSON.parse(readFileSync(file, 'utf8')) as { readonly time: number };
    writeFileSync(file, JSON.stringify({ ...beat, time: beat.time - 60_000 }));
    expect(ask().status).toBe(1);
    expect(ask().stdout).toContain('it stands still or is gone');
    agent.kill('SIGKILL');
  });

  it('is what the service manager hears, in its own words', async () => {
    const heard = join(directory, 'heard');
    const notify = join(directory, 'systemd-notify');
    writeFileSync(notify, `#!/bin/sh\nprintf '%s\\n' "$*" >>"${heard}"\n`);
    chmodSync(notify, 0o755);
    const path = `${directory}${delimiter}${process.env['PATH'] ?? ''}`;
    const agent = run({ ...process.env, PATH: path, NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '12000000' });
    const lines = (): readonly string[] => (existsSync(heard) ? readFileSync(heard, 'utf8').trim().split('\n') : []);
    await until('two messages', () => (lines().length >= 2 ? true : undefined), 20_000);
    agent.kill('SIGTERM');
    await until('the agent is gone', () => agent.exitCode ?? undefined);
    expect(lines()[0]).toMatch(/^READY=1 WATCHDOG=1 STATUS=/);
    expect(lines()[1]).toMatch(/^WATCHDOG=1 STATUS=plc: offline/);
    expect(lines().at(-1)).toBe('STOPPING=1');
  });
});
