import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { SiteReport } from '#agent/line/tally.ts';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));

let directory: string;
let deadPort: number;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'firewatch-run-'));
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port: deadPort } = server.address() as AddressInfo);
  server.close();
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  /** Messages of the log so far. */
  readonly log: string[];
  readonly reports: SiteReport[];
  readonly stop: () => Promise<unknown>;
}

/** The agent on a site whose one source and one receiver are dead. */
function run(): Running {
  const site = join(directory, 'site.yaml');
  writeFileSync(
    site,
    `site: { id: a, name: a, timezone: UTC }
journal: { directory: ./data }
sources:
  - id: plc
    kind: modbus
    transport: { kind: tcp, host: 127.0.0.1, port: ${deadPort} }
    alarms: { communication: { onDelay: 3s } }
points:
  - { id: T, source: plc, address: "holding:0 uint16", kind: temperature, unit: °C }
receivers:
  - id: park
    transport: { kind: mqtt, url: "mqtt://127.0.0.1:${deadPort}" }
    profile: firewatch-json
`,
  );
  const words = ['run', site, '--json', '--report', '100ms', '--drain', '100ms'];
  const child = spawn(process.execPath, [main, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const log: string[] = [];
  const reports: SiteReport[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.push(line.startsWith('{') ? (JSON.parse(line) as { msg: string }).msg : line);
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const told = JSON.parse(line) as SiteReport & { readonly type: string };
    if (told.type === 'report') reports.push(told);
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const stop = async (): Promise<unknown> => {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    return gone;
  };
  return { child, log, reports, stop };
}

async function until(what: string, agent: Running, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 25_000;
  while (!condition()) {
    if (performance.now() > deadline || agent.child.exitCode !== null)
      throw new Error(`${what}: not so\n${agent.log.join('\n')}`);
    await delay(50);
  }
}

/** Mounting takes root, and a container may forbid it even so. */
const canMount = ((): boolean => {
  const probe = mkdtempSync(join(tmpdir(), 'firewatch-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe], { stdio: 'ignore' });
    execFileSync('umount', ['-l', probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
})();

describe('firewatch run', () => {
  it('goes on when nobody reads its lines any more, and still stops in order', async () => {
    const agent = run();
    await until('a report', agent, () => agent.reports.length > 0);
    agent.child.stdout?.destroy();
    // It tells that it stops to nobody.
    expect(await agent.stop()).toEqual([0, null]);
  });

  it('logs a dead receiver once, not at each attempt', async () => {
    const agent = run();
    const attempts = (): number => new Set(agent.reports.map(({ uplinks }) => uplinks[0]?.nextAttempt)).size;
    await until('four attempts', agent, () => attempts() > 4);
    const said = agent.log.filter((line) => line.startsWith('receiver park'));
    expect(said).toEqual([
      'receiver park is connecting',
      expect.stringMatching(/^receiver park is waiting: .*refused/i),
    ]);
    expect(await agent.stop()).toEqual([0, null]);
  });

  it('says after a kill how the run before ended, and nothing after a clean stop', async () => {
    const killed = run();
    await until('running', killed, () => killed.reports.length > 0);
    killed.child.kill('SIGKILL');
    await once(killed.child, 'exit');
    const restarted = run();
    await until('running', restarted, () => restarted.reports.length > 0);
    expect(restarted.log.filter((line) => line.includes('the run before'))).toEqual([
      expect.stringContaining('without being stopped (crash)'),
    ]);
    await restarted.stop();
    const third = run();
    await until('running', third, () => third.reports.length > 0);
    expect(third.log.filter((line) => line.includes('the run before'))).toEqual([]);
    await third.stop();
  });

  it.runIf(canMount)('says that the disk is full, what to do, and when it writes again', async () => {
    const disk = join(directory, 'data');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
    try {
      const agent = run();
      await until('running', agent, () => agent.reports.length > 0);
      expect(() => writeFileSync(join(disk, 'other'), Buffer.alloc(4_000_000))).toThrow('ENOSPC');
      await until('full', agent, () => agent.log.some((line) => /its disk is full: .*free space/.test(line)));
      await until('in the report', agent, () => agent.reports.at(-1)?.journalHealth.disk.trouble === 'full');
      rmSync(join(disk, 'other'));
      await until('writing', agent, () => agent.log.includes('the journal writes again'));
      expect(await agent.stop()).toEqual([0, null]);
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});
