import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import {
  arch,
  availableParallelism,
  cpus,
  freemem,
  loadavg,
  networkInterfaces,
  release,
  totalmem,
  uptime,
} from 'node:os';

export interface MachineParts {
  /** Whose file systems are of interest. */
  readonly directories: readonly string[];
  /** UTC ms. */
  readonly now: number;
}

/** The box: system, processor, memory, disks, clock and who keeps it right, addresses. Nothing of its environment. */
export async function machineFacts({ directories, now }: MachineParts): Promise<object> {
  const [timedatectl, chrony] = await Promise.all([
    said('timedatectl', ['show', '--property=NTP,NTPSynchronized,CanNTP,Timezone']),
    said('chronyc', ['-n', 'tracking']),
  ]);
  return {
    system: {
      kernel: release(),
      architecture: arch(),
      distribution: distribution(),
      uptimeSeconds: Math.round(uptime()),
    },
    processor: { model: cpus()[0]?.model, cores: availableParallelism(), load: loadavg() },
    memory: { totalBytes: totalmem(), freeBytes: freemem() },
    disks: Object.fromEntries(directories.map((directory) => [directory, spaceOf(directory)])),
    clock: {
      time: new Date(now).toISOString(),
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      // What systemd-timesyncd leaves behind once it has set the clock.
      wasSetByTimesyncd: existsSync('/run/systemd/timesync/synchronized'),
      timedatectl,
      chrony,
    },
    network: Object.fromEntries(
      Object.entries(networkInterfaces()).map(([name, addresses = []]) => [name, addresses.map(({ cidr }) => cidr)]),
    ),
  };
}

function distribution(): string | undefined {
  try {
    return /^PRETTY_NAME="?(.*?)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

function spaceOf(directory: string): object {
  try {
    const { bsize, blocks, bavail, files, ffree } = statfsSync(directory);
    return { totalBytes: bsize * blocks, freeBytes: bsize * bavail, inodes: files, freeInodes: ffree };
  } catch (error) {
    return { fault: (error as Error).message };
  }
}

const COMMAND_MS = 3000;

/** The lines that a program of the system prints; why there are none. */
const said = (program: string, args: readonly string[]): Promise<readonly string[]> =>
  new Promise((resolve) => {
    execFile(program, args, { timeout: COMMAND_MS, maxBuffer: 64_000 }, (error, stdout) => {
      resolve(error ? [`not available: ${error.message.split('\n')[0]}`] : stdout.trim().split('\n'));
    });
  });
