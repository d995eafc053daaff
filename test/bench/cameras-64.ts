import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Subscription } from 'rxjs';
import { shareRegistry } from '#agent/ingest/share.ts';
import { systemClock } from '#agent/model/clock.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import { holdSecret } from '#config/secret.ts';
import { cameraAddressSchema } from '#drivers/onvif/address.ts';
import { onvif } from '#drivers/onvif/driver.ts';
import { optionsSchema } from '#drivers/onvif/schema.ts';
import type { BenchResult } from './result.ts';

const CAMERAS = 64;
const WARM_UP_MS = 20_000;
const MEASURED_MS = 60_000;
const RETRY_MS = 2_000;
const addresses = [
  'health:reachable',
  'health:login',
  'health:clock-offset',
  'health:events',
  'health:snapshot',
  'health:image',
  'health:stream',
  'health:storage',
  'event:motion',
  'event:tamper',
];

/** 64 cameras with default options, all of their health, and an event of each every two seconds (driver alone). */
export async function bench(): Promise<BenchResult[]> {
  const farm = fork(new URL('../drivers/onvif/camera-farm-process.ts', import.meta.url), [String(CAMERAS)]);
  const [ports] = (await once(farm, 'message')) as [readonly number[]];
  const share = shareRegistry();
  const stateDirs = new Map(ports.map((port) => [port, mkdtempSync(join(tmpdir(), 'firewatch-cameras-'))]));
  let [isMeasuring, events, images, losses] = [false, 0, 0, 0];
  const subscriptions = new Map<number, Subscription>();
  const retries = new Set<NodeJS.Timeout>();
  const openCamera = (port: number): void => {
    const password = holdSecret('${env:CAMERA}', () => 'simulated');
    const options = optionsSchema.parse({ host: '127.0.0.1', port, user: 'viewer', password });
    const context = {
      source: sourceId(`camera-${port}`),
      points: addresses.map((one) => ({ id: pointId(one), kind: 'state', address: cameraAddressSchema.parse(one) })),
      clock: systemClock,
      stateDir: stateDirs.get(port) ?? '',
      share,
    };
    const subscription = onvif.open(options, context).subscribe({
      next: (signal) => {
        if (!isMeasuring || signal.type !== 'samples') return;
        for (const { point, quality } of signal.samples) {
          if (quality.level !== 'good') losses += 1;
          if (point === 'event:motion') events += 1;
          if (point === 'health:snapshot') images += 1;
        }
      },
      error: () => {
        if (isMeasuring) losses += 1;
        retries.add(setTimeout(() => openCamera(port), RETRY_MS));
      },
    });
    subscriptions.set(port, subscription);
  };
  for (const port of ports) openCamera(port);
  await pass(WARM_UP_MS);
  const movesBefore = await movesOf(farm);
  isMeasuring = true;
  const before = process.cpuUsage();
  const began = performance.now();
  await pass(MEASURED_MS);
  const { user, system } = process.cpuUsage(before);
  const elapsedMs = performance.now() - began;
  const moves = (await movesOf(farm)) - movesBefore;
  isMeasuring = false;
  for (const retry of retries) clearTimeout(retry);
  for (const subscription of subscriptions.values()) subscription.unsubscribe();
  await pass(1_500);
  farm.disconnect();
  for (const dir of stateDirs.values()) rmSync(dir, { recursive: true, force: true });

  const cpu = (user + system) / 10 / elapsedMs;
  const expected = CAMERAS * moves;
  const none = { reference: null, ratio: null };
  const heard = (100 * events) / expected;
  return [
    {
      name: 'cameras-64 core used, images and events',
      unit: '%',
      target: '≤ 20',
      measured: cpu,
      ...none,
      ok: cpu <= 20,
    },
    { name: 'cameras-64 events heard', unit: '%', target: '≥ 95', measured: heard, ...none, ok: heard >= 95 },
    { name: 'cameras-64 snapshots looked at', unit: '', target: '≥ 100', measured: images, ...none, ok: images >= 100 },
    { name: 'cameras-64 losses', unit: '', target: '≤ 0', measured: losses, ...none, ok: losses === 0 },
  ];
}

/** How often each camera has seen something change. */
async function movesOf(farm: ChildProcess): Promise<number> {
  farm.send('moves');
  const [moves] = (await once(farm, 'message')) as [number];
  return moves;
}

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
