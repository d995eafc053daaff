import { startMosquitto, until } from '#test/agent/uplink/mosquitto.ts';
import { openDrainedLine } from './line/drained-line.ts';
import { plantScans } from './plant-samples.ts';
import type { BenchResult } from './result.ts';

const VALUES_PER_SECOND = 100_000;
const EVERY_MS = 50;
const SECONDS = 30;
/** Of the journal's commits and the broker's acknowledgements on their way; more than this is a queue. */
const IN_PASSING_SECONDS = 2;

/**
 * 100,000 values/s of the plant model through journal and uplink to a real broker in real time: what is written and not
 * yet acknowledged, halfway and at the end. A queue that grows shows in the second figure.
 */
export async function bench(): Promise<BenchResult[]> {
  const scans = plantScans((VALUES_PER_SECOND * EVERY_MS) / 1000, 40);
  const line = openDrainedLine(scans);
  const mosquitto = await startMosquitto({ lines: ['max_queued_messages 0'] });
  try {
    const uplink = line.connect(mosquitto.url);
    await until(() => uplink.latest()?.state === 'connected', uplink.latest);
    const acknowledged = (): number =>
      uplink.latest()?.lanes.reduce((sum, lane) => sum + lane.acknowledgedSamples, 0) ?? 0;
    let written = 0;
    let turn = 0;
    const started = performance.now();
    const elapsed = (): number => performance.now() - started;
    const cpuBefore = process.cpuUsage();
    // By the clock, not by the timer's turns: a late turn writes what is due, as a device would have sent it.
    const writing = setInterval(() => {
      for (const due = elapsed(); turn * EVERY_MS < due; turn++) {
        const scan = scans[turn % scans.length] ?? [];
        line.write(scan, Date.now());
        written += scan.length;
      }
    }, EVERY_MS);
    const waitingAt = async (seconds: number): Promise<number> => {
      await until(() => elapsed() >= seconds * 1000, uplink.latest, 2 * seconds * 1000 + 60_000);
      return (written - acknowledged()) / VALUES_PER_SECOND;
    };
    const halfway = await waitingAt(SECONDS / 2);
    const end = await waitingAt(SECONDS);
    clearInterval(writing);
    const { user, system } = process.cpuUsage(cpuBefore);
    const microseconds = (user + system) / Math.max(1, acknowledged());
    uplink.close();
    const figure = (name: string, measured: number, limit: number): BenchResult => ({
      name: `100,000 values/s for ${SECONDS} s: waiting ${name}`,
      unit: 's of values',
      target: `≤ ${limit.toFixed(1)}`,
      measured,
      reference: null,
      ratio: null,
      ok: measured <= limit,
    });
    return [
      figure('halfway', halfway, IN_PASSING_SECONDS),
      figure('at the end', end, Math.max(halfway, 0) + IN_PASSING_SECONDS / 2),
      {
        name: 'journal and uplink: processor time a value',
        unit: 'µs',
        target: '≤ 10',
        measured: microseconds,
        reference: null,
        ratio: null,
        ok: microseconds <= 10,
      },
    ];
  } finally {
    line.close();
    await mosquitto.stop();
  }
}
