import { connectAsync } from 'mqtt';
import { percentile } from '#test/agent/uplink/bench-site.ts';
import { transition } from '#test/agent/uplink/memory-journal.ts';
import { startMosquitto, until, type Mosquitto } from '#test/agent/uplink/mosquitto.ts';
import { bytesReceived } from '../line/bytes-received.ts';
import { openDrainedLine, type DrainedLine } from '../line/drained-line.ts';
import { startScript } from '../line/json-child.ts';
import { journalIn, type Backlog } from './backlog.ts';
import type { Checked } from './checking-receiver.ts';
import { BATCHES_PER_SECOND, VALUES_PER_SECOND, type SiteData } from './data.ts';
import { tellEvery } from './progress.ts';

const ALARM_EVERY_MS = 40;
const STAGES = 10;
const LONGEST_MS = 48 * 3_600_000;

/** One tenth of the backlog, or more where it is short: what grows with the length shows from the first to the last. */
interface Stage {
  readonly timesLive: number;
  readonly alarmP99Ms: number;
  /** Acknowledged, and not yet with the receiver: what the broker holds for it. */
  readonly atBroker: number;
  readonly agentMb: number;
  readonly receiverMb: number;
}

export interface Drained {
  /** Samples that were written, before and meanwhile, and that the receiver does not have. */
  readonly missing: number;
  readonly received: Checked;
  /** The start of an agent on the whole backlog. */
  readonly openMs: number;
  readonly timesLive: number;
  /** Processor time of the agent, live part and alarms included: what a machine that others use can not change. */
  readonly agentMicrosecondsPerSample: number;
  readonly alarmP99Ms: number;
  readonly alarms: number;
  readonly alarmsMissing: number;
  readonly wireBytesPerSample: number;
  readonly stages: readonly Stage[];
}

/**
 * A real broker comes back, with a receiver behind it that compares what arrives. The backlog is drained while as much
 * goes on live and an alarm is raised every 40 ms.
 */
export async function drainBacklog(directory: string, backlog: Backlog, data: SiteData): Promise<Drained> {
  const mosquitto = await startMosquitto({
    lines: ['max_queued_messages 0', 'sys_interval 1', 'set_tcp_nodelay true'],
  });
  let checked: Checked | undefined;
  const script = new URL('./checking-receiver.ts', import.meta.url);
  const about = [backlog.kind, backlog.start, backlog.records].map(String);
  const receiver = startScript<Checked>(script, [mosquitto.url, ...about], (line) => {
    checked = line;
  });
  // To this receiver all of it is new, however often it was drained before.
  const line = openDrainedLine(data.scans, { directory: journalIn(directory), receiver: `park-${Date.now()}` });
  try {
    await receiver.first;
    return { openMs: line.openMs, ...(await drain({ line, mosquitto, backlog, data, checked: () => checked })) };
  } finally {
    line.close();
    await receiver.stop();
    await mosquitto.stop();
  }
}

interface Parts {
  readonly line: DrainedLine;
  readonly mosquitto: Mosquitto;
  readonly backlog: Backlog;
  readonly data: SiteData;
  readonly checked: () => Checked | undefined;
}

async function drain({ line, mosquitto, backlog, data, checked }: Parts): Promise<Omit<Drained, 'openMs'>> {
  const before = await bytesReceived(mosquitto.url);
  const written = { batches: 0, samples: backlog.samples + samplesAfter(line, backlog) };
  const alarms = await watchAlarms(mosquitto.url);
  const live = setInterval(() => {
    const batch = data.batch(written.batches);
    written.batches += 1;
    written.samples += batch.length;
    line.write(batch, Date.now());
  }, 1000 / BATCHES_PER_SECOND);
  const uplink = line.connect(mosquitto.url);
  await until(() => uplink.latest()?.state === 'connected', uplink.latest);
  const raise = setInterval(() => alarms.raise(line), ALARM_EVERY_MS);
  const startedAt = performance.now();
  const usedBefore = process.cpuUsage();
  const stages: Stage[] = [];
  const tell = tellEvery(10_000);
  let stage = { tenth: 0, samples: 0, at: startedAt, alarms: 0 };
  const timesLive = (samples: number, sinceMs: number): number =>
    (samples * 1000) / (performance.now() - sinceMs) / VALUES_PER_SECOND;
  const follow = (): boolean => {
    const { compared = 0, samples = 0, residentMb = 0 } = checked() ?? {};
    const acknowledged = uplink.latest()?.lanes.reduce((sum, lane) => sum + lane.acknowledgedSamples, 0) ?? 0;
    const agentMb = process.memoryUsage.rss() / 1e6;
    const told = (): Stage => ({
      timesLive: timesLive(compared - stage.samples, stage.at),
      alarmP99Ms: percentile(alarms.tookMs.slice(stage.alarms), 0.99),
      atBroker: Math.max(0, acknowledged - samples),
      agentMb,
      receiverMb: residentMb,
    });
    tell(() => `delivered ${((100 * compared) / backlog.samples).toFixed(1)} %: ${JSON.stringify(told())}`);
    const tenth = Math.floor((compared * STAGES) / backlog.samples);
    if (tenth > stage.tenth) {
      stages.push(told());
      stage = { tenth, samples: compared, at: performance.now(), alarms: alarms.tookMs.length };
    }
    return compared >= backlog.samples || (checked()?.faults ?? 0) > 0;
  };
  await until(follow, () => ({ uplink: uplink.latest(), received: checked() }), LONGEST_MS);
  const drainedAt = timesLive(backlog.samples, startedAt);
  const used = process.cpuUsage(usedBefore);
  clearInterval(raise);
  clearInterval(live);
  line.journal.flush();
  const isAllThere = (): boolean =>
    alarms.underWay() === 0 && (checked()?.samples ?? 0) >= written.samples && checked()?.missing === 0;
  await until(isAllThere, checked).catch((cause: unknown) => process.stderr.write(`${String(cause)}\n`));
  uplink.close();
  const received = checked();
  if (!received) throw new Error('the receiver said nothing');
  const wireBytes = (await bytesReceived(mosquitto.url)) - before;
  await alarms.stop();
  return {
    missing: written.samples - received.samples + received.missing,
    received,
    timesLive: drainedAt,
    agentMicrosecondsPerSample: (used.user + used.system) / backlog.samples,
    alarmP99Ms: percentile(alarms.tookMs, 0.99),
    alarms: alarms.tookMs.length,
    alarmsMissing: alarms.underWay(),
    wireBytesPerSample: wireBytes / Math.max(1, received.samples),
    stages,
  };
}

/** What was written live when the same backlog was drained before: it is delivered once more too. */
function samplesAfter({ journal }: DrainedLine, backlog: Backlog): number {
  let samples = 0;
  for (let after = backlog.records; after < journal.head('sample');) {
    const found = journal.read('sample', after, 500);
    for (const each of found) samples += each.stream === 'sample' ? each.body.length : 0;
    after = found.at(-1)?.seq ?? Infinity;
  }
  return samples;
}

/** Alarms that are raised, and when they come out of the broker. */
async function watchAlarms(url: string) {
  const raised = new Map<number, number>();
  const tookMs: number[] = [];
  const client = await connectAsync(url, { protocolVersion: 5 });
  client.on('message', (_topic, payload) => {
    const { seq } = JSON.parse(payload.toString()) as { seq: number };
    const at = raised.get(seq);
    if (at !== undefined) tookMs.push(performance.now() - at);
    raised.delete(seq);
  });
  await client.subscribeAsync('firewatch/+/alarm', { qos: 1 });
  return {
    tookMs,
    underWay: () => raised.size,
    raise({ journal }: DrainedLine): void {
      raised.set(journal.head('alarm') + 1, performance.now());
      journal.commit([{ stream: 'alarm', body: transition(Date.now()) }]);
    },
    stop: () => client.endAsync(true),
  };
}
