import type { Subscription } from 'rxjs';
import { systemClock } from '#agent/model/clock.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import { addressSchema } from '#drivers/modbus/address.ts';
import { modbus } from '#drivers/modbus/driver.ts';
import { optionsSchema } from '#drivers/modbus/schema.ts';
import { deviceFarm } from '#test/drivers/modbus/device-farm.ts';
import { shelf } from '#test/drivers/modbus/watch-driver.ts';
import type { BenchResult } from './result.ts';

const DEVICES = 500;
const MUTE = 25;
const POINTS = 30;
const INTERVAL_MS = 1000;
const WARM_UP_MS = 5000;
const MEASURED_MS = 30_000;
/** A sample is on time when it follows the one before within the interval and a half. */
const LATEST_MS = INTERVAL_MS * 1.5;

/** 500 devices of 30 points each second, 5 % of them mute: how many samples of the others come in time (driver alone). */
export async function bench(): Promise<BenchResult[]> {
  const farm = await deviceFarm(DEVICES - MUTE, MUTE);
  const share = shelf();
  let isMeasuring = false;
  let expected = 0;
  let onTime = 0;
  const subscriptions = new Map<number, Subscription>();
  const retries = new Set<NodeJS.Timeout>();

  const openDevice = (port: number, isLive: boolean): void => {
    const options = optionsSchema.parse({ transport: { kind: 'tcp', host: '127.0.0.1', port } });
    const points = Array.from({ length: POINTS }, (_, at) => ({
      id: pointId(`${port}/${at}`),
      kind: 'number',
      address: addressSchema.parse(`holding:${at} uint16`),
    }));
    let last = 0;
    const note = (now: number): void => {
      if (isMeasuring && isLive) {
        expected += POINTS;
        if (now - last <= LATEST_MS) onTime += POINTS;
      }
      last = now;
    };
    const context = { source: sourceId(`device-${port}`), points, clock: systemClock, stateDir: '/nonexistent', share };
    const subscription = modbus.open(options, context).subscribe({
      next: (signal) => {
        if (signal.type === 'samples' && signal.samples[0]?.quality.level === 'good') note(performance.now());
      },
      error: () => retries.add(setTimeout(() => openDevice(port, isLive), 2000)),
    });
    subscriptions.set(port, subscription);
  };

  for (const port of farm.live) openDevice(port, true);
  for (const port of farm.mute) openDevice(port, false);
  await pass(WARM_UP_MS);
  isMeasuring = true;
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  await pass(MEASURED_MS);
  const elapsedMs = performance.now() - began;
  const { user, system } = process.cpuUsage(cpuBefore);
  isMeasuring = false;
  for (const retry of retries) clearTimeout(retry);
  for (const subscription of subscriptions.values()) subscription.unsubscribe();
  await farm.stop();

  const due = ((DEVICES - MUTE) * POINTS * elapsedMs) / INTERVAL_MS;
  const percent = (100 * onTime) / Math.max(expected, due - (DEVICES - MUTE) * POINTS);
  const cpu = (user + system) / 10 / elapsedMs;
  const none = { reference: null, ratio: null };
  return [
    {
      name: 'modbus-500-devices live samples on time',
      unit: '%',
      target: '≥ 99.9',
      measured: percent,
      ...none,
      ok: percent >= 99.9,
    },
    {
      name: 'modbus-500-devices driver CPU',
      unit: '% of a core',
      target: '≤ 40',
      measured: cpu,
      ...none,
      ok: cpu <= 40,
    },
  ];
}

const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
