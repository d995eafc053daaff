import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCommand } from '#agent/cli/demo/child-lines.ts';
import type { SiteReport } from '#agent/line/tally.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import { startMosquitto } from '#test/agent/uplink/mosquitto.ts';
import { until } from '#test/faults/whole-line.ts';
import { cpuMs, residentMb } from './process-usage.ts';
import { writeSite } from './site-files.ts';
import type { LineSite } from './site-files.ts';

export interface LineRun {
  readonly site: LineSite;
  readonly warmUpMs: number;
  readonly measuredMs: number;
  /** Runs beside, from before the agent starts: sees what the broker gets. */
  readonly beside?: (broker: string) => Promise<{ readonly stop: () => Promise<void> }>;
}

/** What the agent needed and did in the measured time. */
export interface LineFigures {
  /** Percent of one core. */
  readonly cpuPercent: number;
  /** Highest seen. MB. */
  readonly residentMb: number;
  readonly valuesPerSecond: number;
  /** Samples that were not good, of those taken in the measured time. */
  readonly notGood: number;
  /** Age of the oldest record that the receiver had not acknowledged, half way and at the end. Highest of a few. Milliseconds. */
  readonly lagMs: { readonly middle: number; readonly end: number };
  /** Samples that the agent took in its life, and those of them that the receiver verified. */
  readonly taken: number;
  readonly received: number;
  /** Records of which the receiver heard nothing, or that it found wrong. */
  readonly faults: readonly string[];
  /** The measured time. UTC ms. */
  readonly window: { readonly from: number; readonly to: number };
  /** Of the machine, at the beginning and the end. */
  readonly load: readonly [number, number];
}

const REPORT_MS = 1000;
/** Lag is looked at this long: one look could fall between two messages. */
const LAG_REPORTS = 5;
const DRAIN_MS = 60_000;

/** Runs the whole line over devices that exist already: agent, fsynced journal, a real broker, a verifying receiver. */
export async function measureLine({ site, warmUpMs, measuredMs, beside }: LineRun): Promise<LineFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'firewatch-bench-'));
  const broker = await startMosquitto({ lines: ['max_queued_messages 0'] });
  const receiver = await startReceiver({ url: broker.url, topicPrefix: 'firewatch' });
  const watching = await beside?.(broker.url);
  const reports: SiteReport[] = [];
  const loadBefore = loadavg()[0] ?? 0;
  const file = writeSite(directory, site, broker.url);
  const agent = startCommand(
    ['run', file, '--json', '--report', `${REPORT_MS}ms`, '--drain', `${DRAIN_MS}ms`],
    (line) => {
      const { type } = line as { readonly type: string };
      if (type === 'report' || type === 'stopped') reports.push(line as SiteReport);
    },
  );
  try {
    await until(`all sources answer; ${agent.lastWords()}`, () => {
      if (agent.isGone()) throw new Error(`the agent ended: ${agent.lastWords()}`);
      return takenOf(reports.at(-1)) > site.points.length * 2 ? true : undefined;
    });
    await delay(warmUpMs);
    const from = look(agent.pid, reports);
    let highestMb = 0;
    const watch = setInterval(() => (highestMb = Math.max(highestMb, residentMb(agent.pid))), REPORT_MS);
    await delay(measuredMs / 2);
    const middle = reports.slice(-LAG_REPORTS);
    await delay(measuredMs / 2);
    const end = reports.slice(-LAG_REPORTS);
    clearInterval(watch);
    const to = look(agent.pid, reports);
    const seconds = (to.report.time - from.report.time) / 1000;
    await agent.stop(DRAIN_MS + 30_000);
    const last = reports.at(-1);
    const heads = Object.entries(last?.journal.streams ?? {}).map(([stream, { head }]) => [stream, head] as const);
    await until('the receiver has heard of every record', () => heard(receiver, heads), 20_000).catch(() => {});
    const received = receiver.report();
    return {
      cpuPercent: (100 * (to.cpuMs - from.cpuMs)) / (to.at - from.at),
      residentMb: highestMb,
      valuesPerSecond: (takenOf(to.report) - takenOf(from.report)) / seconds,
      notGood: notGoodOf(to.report) - notGoodOf(from.report),
      lagMs: { middle: highestLag(middle), end: highestLag(end) },
      taken: takenOf(last),
      received: received.samples,
      faults: [
        ...received.faults,
        ...receiver.missing(Object.fromEntries(heads)).map((range) => `missing ${JSON.stringify(range)}`),
      ],
      window: { from: from.wall, to: to.wall },
      load: [loadBefore, loadavg()[0] ?? 0],
    };
  } finally {
    await agent.stop(1000);
    await watching?.stop();
    await receiver.stop();
    await broker.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

function look(pid: number, reports: readonly SiteReport[]) {
  const report = reports.at(-1);
  if (!report) throw new Error('the agent has not reported yet');
  return { cpuMs: cpuMs(pid), at: performance.now(), wall: Date.now(), report };
}

const heard = (
  receiver: Awaited<ReturnType<typeof startReceiver>>,
  heads: readonly (readonly [string, number])[],
): true | undefined => (receiver.missing(Object.fromEntries(heads)).length === 0 ? true : undefined);

const takenOf = (report: SiteReport | undefined): number =>
  report?.sources.reduce((sum, { samples }) => sum + samples, 0) ?? 0;

const notGoodOf = (report: SiteReport): number => report.sources.reduce((sum, { notGood }) => sum + notGood, 0);

const highestLag = (reports: readonly SiteReport[]): number =>
  Math.max(...reports.flatMap(({ uplinks }) => uplinks.flatMap(({ lanes }) => lanes.map(({ lagMs }) => lagMs))));
