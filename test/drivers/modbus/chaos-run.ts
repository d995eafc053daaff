import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chaosDevice, valueOf, VALUE_REGISTERS, type ChaosDevice, type FaultName } from './chaos-device.ts';
import { watch } from './watch-driver.ts';

type ChaosTransport = 'tcp' | 'rtu-over-tcp' | 'rtu';

export interface ChaosRun {
  readonly transport: ChaosTransport;
  /** Replies with values to be had before the run ends. */
  readonly reads: number;
  readonly connections: number;
  readonly seed: number;
}

export interface ChaosResult {
  readonly reads: number;
  /** Samples that the driver called good. */
  readonly good: number;
  readonly bad: number;
  readonly reconnects: number;
  /** Good samples that were not the answer to the latest request for their registers. */
  readonly wrong: readonly string[];
  readonly happened: Readonly<Record<FaultName, number>>;
  readonly codes: readonly number[];
}

const TIMEOUT_MS = 40;
const LATEST_MS = 150;
/** Beside the latest reply, time for a busy machine to carry it. */
const LATE_REPLY_MS = 400;
const BLOCK_DISTANCE = 32;
const VALUES_IN_BLOCK = 2;

const allFaults: Readonly<Record<FaultName, number>> = {
  delay: 0.02,
  late: 0.004,
  drop: 0.003,
  duplicate: 0.01,
  'duplicate-late': 0.01,
  reorder: 0.003,
  truncate: 0.003,
  'wrong-id': 0.004,
  noise: 0.003,
  foreign: 0.02,
  reset: 0.0005,
};
/**
 * A socat that loses its socket takes the port with it, so that a serial line is not reset. And on a wire a second answer
 * follows the first at once: one that comes later belongs to a request that was repeated.
 */
const serialFaults = { ...allFaults, reset: 0, 'duplicate-late': 0 };

/** Reads a chaotic device through the driver until enough values came through, and judges each of them. */
export async function runChaos({ transport, reads, connections, seed }: ChaosRun): Promise<ChaosResult> {
  const lines = await Promise.all(
    Array.from({ length: connections }, async (_, index) => {
      const device = await chaosDevice({
        framing: transport === 'tcp' ? 'tcp' : 'rtu',
        chances: transport === 'rtu' ? serialFaults : allFaults,
        timeoutMs: TIMEOUT_MS,
        latestMs: LATEST_MS,
        seed: seed + index,
      });
      const cable = transport === 'rtu' ? await cableTo(device.port) : undefined;
      return { device, cable };
    }),
  );
  const tally = { reads: 0, good: 0, bad: 0, reconnects: 0, wrong: [] as string[] };
  await Promise.all(
    lines.map(({ device, cable }) =>
      readUntil(() => tally.reads >= reads, { device, transport, path: cable?.path }, tally),
    ),
  );
  await Promise.all(lines.map(async ({ device, cable }) => (await cable?.stop(), device.stop())));
  const happened = { ...lines[0]?.device.happened } as Record<FaultName, number>;
  for (const { device } of lines.slice(1))
    for (const fault of Object.keys(happened) as FaultName[]) happened[fault] += device.happened[fault];
  return {
    ...tally,
    happened,
    codes: [...new Set(lines.flatMap(({ device }) => [...device.codes]))].sort((a, b) => a - b),
  };
}

interface Line {
  readonly device: ChaosDevice;
  readonly transport: ChaosTransport;
  readonly path: string | undefined;
}

type Tally = { reads: number; good: number; bad: number; reconnects: number; readonly wrong: string[] };

/** Opens the driver again whenever it ends, as the supervisor would, only without delay. */
async function readUntil(isEnough: () => boolean, { device, transport, path }: Line, tally: Tally): Promise<void> {
  const units = transport === 'tcp' ? 4 : 24;
  const blocks = transport === 'tcp' ? 12 : 4;
  const places = new Map<string, { unit: number; block: number; address: number }>();
  const points: Record<string, string> = {};
  for (let unit = 1; unit <= units; unit += 1)
    for (let index = 0; index < blocks * VALUES_IN_BLOCK; index += 1) {
      const block = Math.floor(index / VALUES_IN_BLOCK) * BLOCK_DISTANCE;
      const address = block + (index % VALUES_IN_BLOCK) * VALUE_REGISTERS;
      places.set(`${unit}/${address}`, { unit, block, address });
      points[`${unit}/${address}`] = `holding:${address} uint64 ABCD unit=${unit}`;
    }
  const reach = path === undefined ? { host: '127.0.0.1', port: device.port } : { path, baudRate: 921_600 };
  const late = transport === 'tcp' ? {} : { lateReply: `${LATE_REPLY_MS}ms` };
  const options = {
    transport: { kind: transport, ...reach, ...late },
    interval: '10ms',
    timeout: `${TIMEOUT_MS}ms`,
    gapTolerance: 0,
    identify: false,
    silentUnits: { share: 1, longestWait: '1s' },
  };
  while (!isEnough()) {
    let seen = 0;
    const watched = watch({ options, points });
    await watched.until(() => {
      for (const signal of watched.signals.slice(seen)) {
        if (signal.type !== 'samples') continue;
        tally.reads += signal.samples[0]?.quality.level === 'good' ? 1 : 0;
        for (const { point, value, quality } of signal.samples) {
          if (quality.level !== 'good') {
            tally.bad += 1;
            continue;
          }
          tally.good += 1;
          const place = places.get(point);
          const count = place && device.asked.get(`${place.unit}/${place.block}`);
          if (!place || count === undefined || value !== valueOf(place.unit, place.address, count))
            tally.wrong.push(`${point}: ${value} at request ${count}`);
        }
      }
      seen = 0;
      watched.signals.length = 0;
      return watched.error() !== undefined || isEnough();
    });
    if (watched.error()) tally.reconnects += 1;
    watched.stop();
  }
}

/** A serial port whose other end is the device: a socket, joined by socat. */
async function cableTo(port: number): Promise<{ path: string; stop: () => Promise<void> }> {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-chaos-'));
  const path = join(directory, 'line');
  const socat = spawn('socat', [`pty,raw,echo=0,link=${path}`, `tcp:127.0.0.1:${port},nodelay`], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => socat.once('exit', () => resolve()));
  while (!existsSync(path)) {
    if (socat.exitCode !== null) throw new Error('socat did not make a serial port');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return {
    path,
    stop: async () => {
      socat.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
