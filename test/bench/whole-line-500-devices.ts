import { startScript } from './line/json-child.ts';
import { lineResults } from './line/line-results.ts';
import { measureLine } from './line/measured-line.ts';
import { watchArrivals } from './line/arrivals.ts';
import type { Arrivals } from './line/arrivals.ts';
import type { BenchResult } from './result.ts';

const DEVICES = 500;
const MUTE = 25;
const POINTS = 30;
const INTERVAL_MS = 1000;
const WARM_UP_MS = 15_000;
const MEASURED_MS = 30_000;

/**
 * 500 Modbus devices of 30 points each second, 5 % of them mute, through the whole line. A sample is on time when it was
 * read within half an interval of its schedule and had arrived at the receiver an interval after it was read.
 */
export async function bench(): Promise<BenchResult[]> {
  const farm = startScript<{ live: number[]; mute: number[] }>(
    new URL('../../simulators/load/modbus-load.ts', import.meta.url),
    [String(DEVICES - MUTE), String(MUTE)],
  );
  let arrivals: Arrivals | undefined;
  try {
    const { live, mute } = await farm.first;
    const ports = [...live, ...mute];
    const points = (port: number): { id: string; source: string; address: string }[] =>
      Array.from({ length: POINTS }, (_, at) => ({
        id: `D${port}.R${at}`,
        source: `D${port}`,
        address: `holding:${at} uint16`,
      }));
    const site = {
      sources: ports.map((port) => ({
        id: `D${port}`,
        kind: 'modbus',
        transport: { kind: 'tcp', host: '127.0.0.1', port },
      })),
      points: ports.flatMap(points),
    };
    const figures = await measureLine({
      site,
      warmUpMs: WARM_UP_MS,
      measuredMs: MEASURED_MS,
      beside: async (broker) => (arrivals = await watchArrivals(broker)),
    });
    const { from, to } = figures.window;
    const isOnTime = (point: string): { due: number; met: number } =>
      punctuality(arrivals?.byPoint.get(point) ?? [], from, to);
    const all = live.flatMap((port) => points(port).map(({ id }) => isOnTime(id)));
    const due = all.reduce((sum, each) => sum + each.due, 0);
    const met = all.reduce((sum, each) => sum + each.met, 0);
    const percent = (100 * met) / due;
    const name = 'whole-line-500-devices';
    return [
      {
        name: `${name} live samples on time`,
        unit: '%',
        target: '≥ 99.9',
        measured: percent,
        reference: null,
        ratio: null,
        ok: percent >= 99.9 && all.length === live.length * POINTS,
      },
      ...lineResults({ name, valuesPerSecond: ((DEVICES - MUTE) * POINTS * 1000) / INTERVAL_MS }, figures),
    ];
  } finally {
    await farm.stop();
  }
}

/** How many samples the schedule asked for between two times, and how many of them were on time. */
function punctuality(
  seen: readonly { readonly receiveTime: number; readonly ageMs: number }[],
  from: number,
  to: number,
): { readonly due: number; readonly met: number } {
  const inWindow = seen.filter(({ receiveTime }) => receiveTime >= from && receiveTime < to);
  // The schedule's phase is the middle of what was seen: one late sample does not move it.
  const phases = inWindow.map(({ receiveTime }) => (receiveTime - from) % INTERVAL_MS).sort((a, b) => a - b);
  const phase = phases[Math.floor(phases.length / 2)] ?? 0;
  const met = new Set<number>();
  for (const { receiveTime, ageMs } of inWindow)
    if (ageMs <= INTERVAL_MS) met.add(Math.round((receiveTime - from - phase) / INTERVAL_MS));
  // The first and the last of the window may lie half outside of it.
  const due = Array.from({ length: Math.floor((to - from - phase) / INTERVAL_MS) - 1 }, (_, at) => at + 1);
  return { due: due.length, met: due.filter((slot) => met.has(slot)).length };
}
