import { deviceFarm } from '#test/drivers/modbus/device-farm.ts';
import { shelf, watch } from '#test/drivers/modbus/watch-driver.ts';
import { collectdModbus } from './line/collectd-modbus.ts';
import type { CollectdFigures } from './line/collectd-modbus.ts';
import type { BenchResult } from './result.ts';

const DEVICES = 10;
const POINTS = 1000;
const MEASURED_MS = 15_000;

/**
 * 10,000 float values a second from ten devices: the driver's own share of a core, the devices being another process.
 * Reference, where it is installed: collectd's modbus plugin on the same devices, its CPU scaled to as many values.
 */
export async function bench(): Promise<BenchResult[]> {
  const farm = await deviceFarm(DEVICES, 0);
  const share = shelf();
  const points = Object.fromEntries(
    Array.from({ length: POINTS }, (_, at) => [`p${at}`, `holding:${at * 2} float32 CDAB`]),
  );
  const all = farm.live.map((port, index) =>
    watch({
      options: { transport: { kind: 'tcp', host: '127.0.0.1', port } },
      points,
      share,
      source: `device-${index}`,
    }),
  );
  await Promise.all(all.map((watched) => watched.until(() => watched.signals.length > 40)));
  for (const { signals } of all) signals.length = 0;
  const cpuBefore = process.cpuUsage();
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
  const { user, system } = process.cpuUsage(cpuBefore);
  const elapsedMs = performance.now() - began;
  const good = all.flatMap((watched) => watched.samples()).filter(({ quality }) => quality.level === 'good').length;
  for (const { stop } of all) stop();
  let collectd: CollectdFigures | undefined;
  try {
    collectd = await collectdModbus(farm, POINTS, MEASURED_MS);
  } finally {
    await farm.stop();
  }
  const rate = (good * 1000) / elapsedMs;
  const cpu = (user + system) / 10 / elapsedMs;
  const theirs = collectd && (collectd.cpuPercent * rate) / collectd.valuesPerSecond;
  return [
    {
      name: 'modbus-values good values',
      unit: 'values/s',
      target: '≥ 9900',
      measured: rate,
      ...against(rate, collectd?.valuesPerSecond),
      ok: rate >= 9900,
    },
    {
      name: 'modbus-values driver CPU',
      unit: '% of a core',
      target: '≤ 8',
      measured: cpu,
      ...against(cpu, theirs),
      ok: cpu <= 8,
    },
  ];
}

const against = (measured: number, reference: number | undefined): Pick<BenchResult, 'reference' | 'ratio'> =>
  reference === undefined ? { reference: null, ratio: null } : { reference, ratio: measured / reference };
