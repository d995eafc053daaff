import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DeviceFarm } from '#test/drivers/modbus/device-farm.ts';
import { cpuMs } from './process-usage.ts';

const PROGRAM = '/usr/sbin/collectd';
const PLUGIN = '/usr/lib/collectd/modbus.so';
const WARM_UP_MS = 5000;

export interface CollectdFigures {
  /** Of a core. */
  readonly cpuPercent: number;
  readonly valuesPerSecond: number;
}

/**
 * The same floats read each second by collectd's modbus plugin, which asks for each value by a request of its own; they
 * end where its writers would take over. Undefined where Debian's packages collectd-core and libmodbus5 are not installed.
 */
export async function collectdModbus(
  farm: DeviceFarm,
  points: number,
  measuredMs: number,
): Promise<CollectdFigures | undefined> {
  if (!canRun()) return undefined;
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-collectd-'));
  const file = join(directory, 'collectd.conf');
  writeFileSync(file, configuration(directory, farm.live, points));
  const child = spawn(PROGRAM, ['-f', '-C', file], { stdio: ['ignore', 'ignore', 'inherit'] });
  const gone = once(child, 'exit');
  const pid = child.pid ?? 0;
  try {
    await delay(WARM_UP_MS);
    const before = { cpu: cpuMs(pid), answered: await farm.answered(), at: performance.now() };
    await delay(measuredMs);
    const answered = (await farm.answered()) - before.answered;
    const elapsedMs = performance.now() - before.at;
    if (answered === 0) throw new Error(`${PROGRAM} read nothing by ${file}`);
    const cpuPercent = (100 * (cpuMs(pid) - before.cpu)) / elapsedMs;
    return { cpuPercent, valuesPerSecond: (answered * 1000) / elapsedMs };
  } finally {
    child.kill('SIGKILL');
    await gone;
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The plugin is there, and the library that it wants and that its package only suggests. */
function canRun(): boolean {
  try {
    return !execFileSync('ldd', [PLUGIN], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes(
      'not found',
    );
  } catch {
    return false;
  }
}

function configuration(directory: string, ports: readonly number[], points: number): string {
  const names = Array.from({ length: points }, (_, at) => `p${at}`);
  const data = names.map(
    (name, at) => `  <Data "${name}">
    RegisterBase ${at * 2}
    RegisterType FloatLE
    RegisterCmd ReadHolding
    Type gauge
    Instance "${name}"
  </Data>`,
  );
  const hosts = ports.map(
    (port) => `  <Host "device-${port}">
    Address "127.0.0.1"
    Port "${port}"
    Interval 1
    <Slave 1>
      Instance "s"
${names.map((name) => `      Collect "${name}"`).join('\n')}
    </Slave>
  </Host>`,
  );
  return `BaseDir "${directory}"
PIDFile "${directory}/pid"
TypesDB "/usr/share/collectd/types.db"
Interval 1
ReadThreads ${ports.length}
PostCacheChain "PostCache"
<Chain "PostCache">
  Target "stop"
</Chain>
LoadPlugin modbus
<Plugin modbus>
${[...data, ...hosts].join('\n')}
</Plugin>
`;
}
