import { connectAsync } from 'mqtt';
import { percentile } from '#test/agent/uplink/bench-site.ts';
import { transition } from '#test/agent/uplink/memory-journal.ts';
import { startMosquitto, until } from '#test/agent/uplink/mosquitto.ts';
import { bytesReceived } from './line/bytes-received.ts';
import { openDrainedLine } from './line/drained-line.ts';
import { plantScans, walkScans, type Scan } from './plant-samples.ts';
import type { BenchResult } from './result.ts';

const VALUES_PER_SECOND = 3000;
const BATCHES_PER_SECOND = 4;
/** Scans made once and written again and again with new times: further apart than anything that a block looks at. */
const SCANS = 120;
const ALARM_EVERY_MS = 40;
/** `npm run bench` has no time for more. */
const SHORT_HOURS = 0.25;

const data = {
  plant: () => plantScans(VALUES_PER_SECOND, SCANS),
  walk: () => walkScans(VALUES_PER_SECOND, SCANS, (value) => Math.round(value * 100) / 100),
} as const;
type Data = keyof typeof data;

interface Outage {
  readonly data: Data;
  readonly hours: number;
  readonly samples: number;
  /** Samples that were written and that no acknowledgement covers. */
  readonly missing: number;
  readonly timesLive: number;
  readonly alarmP99Ms: number;
  readonly alarms: number;
  readonly diskBytesPerSample: number;
  readonly wireBytesPerSample: number;
}

/**
 * So many hours of 3,000 values a second without a receiver, by a simulated clock; then a real broker comes back. All of it
 * is drained while 3,000 values/s go on live and an alarm is raised every 40 ms.
 * `node test/bench/outage.ts [HOURS] [plant|walk]`, 72 hours of the plant model where not said, prints one JSON object.
 */
async function outage(kind: Data, hours: number): Promise<Outage> {
  const scans = data[kind]();
  const line = openDrainedLine(scans);
  const mosquitto = await startMosquitto({
    lines: ['max_queued_messages 0', 'sys_interval 1', 'set_tcp_nodelay true'],
  });
  const subscriber = await connectAsync(mosquitto.url, { protocolVersion: 5 });
  await subscriber.subscribeAsync('firewatch/+/alarm', { qos: 1 });
  try {
    const seconds = Math.round(hours * 3600);
    const start = Date.now() - seconds * 1000;
    let samples = 0;
    const write = (second: number, batch: number, time: number): void => {
      const scan: Scan = scans[second % scans.length] ?? [];
      const size = Math.ceil(scan.length / BATCHES_PER_SECOND);
      const part = scan.slice(batch * size, (batch + 1) * size);
      samples += part.length;
      line.write(part, time);
    };
    for (let second = 0; second < seconds; second++)
      for (let batch = 0; batch < BATCHES_PER_SECOND; batch++)
        write(second, batch, start + second * 1000 + batch * 250);
    const backlog = samples;
    const diskBytesPerSample = line.bytesOnDisk() / samples;
    line.goLive();

    const before = await bytesReceived(mosquitto.url);
    const raised = new Map<number, number>();
    const tookMs: number[] = [];
    subscriber.on('message', (_topic, payload) => {
      const { seq } = JSON.parse(payload.toString()) as { seq: number };
      const at = raised.get(seq);
      if (at !== undefined) tookMs.push(performance.now() - at);
      raised.delete(seq);
    });
    let batch = 0;
    const live = setInterval(() => {
      write(Math.floor(batch / BATCHES_PER_SECOND), batch % BATCHES_PER_SECOND, Date.now());
      batch += 1;
    }, 1000 / BATCHES_PER_SECOND);
    const uplink = line.connect(mosquitto.url);
    await until(() => uplink.latest()?.state === 'connected', uplink.latest);
    const raise = setInterval(() => {
      raised.set(line.journal.head('alarm') + 1, performance.now());
      line.journal.commit([{ stream: 'alarm', body: transition(Date.now()) }]);
    }, ALARM_EVERY_MS);
    const started = performance.now();
    const acknowledged = (): number =>
      uplink.latest()?.lanes.reduce((sum, lane) => sum + lane.acknowledgedSamples, 0) ?? 0;
    await until(() => acknowledged() >= backlog, uplink.latest, 48 * 3_600_000);
    const drainedIn = (performance.now() - started) / 1000;
    clearInterval(raise);
    clearInterval(live);
    line.journal.flush();
    await until(() => acknowledged() >= samples, uplink.latest);
    const delivered = acknowledged();
    uplink.close();
    const wireBytes = (await bytesReceived(mosquitto.url)) - before;
    return {
      data: kind,
      hours,
      samples,
      missing: Math.max(0, samples - delivered),
      timesLive: backlog / drainedIn / VALUES_PER_SECOND,
      alarmP99Ms: percentile(tookMs, 0.99),
      alarms: tookMs.length,
      diskBytesPerSample,
      wireBytesPerSample: wireBytes / delivered,
    };
  } finally {
    await subscriber.endAsync(true);
    line.close();
    await mosquitto.stop();
  }
}

export async function bench(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const kind of ['plant', 'walk'] as const) {
    const found = await outage(kind, SHORT_HOURS);
    const figure = (name: string, unit: string, measured: number, [sign, limit]: ['≤' | '≥', number]): BenchResult => ({
      name: `outage of ${SHORT_HOURS} h, ${kind}: ${name}`,
      unit,
      target: `${sign} ${limit}`,
      measured,
      reference: null,
      ratio: null,
      ok: sign === '≤' ? measured <= limit : measured >= limit,
    });
    results.push(
      figure('not delivered', 'samples', found.missing, ['≤', 0]),
      figure('backfill', 'times live', found.timesLive, ['≥', 20]),
      figure('alarm to broker meanwhile, p99', 'ms', found.alarmP99Ms, ['≤', 250]),
      figure('on disk', 'bytes/sample', found.diskBytesPerSample, ['≤', 4]),
      figure('on the wire', 'bytes/sample', found.wireBytesPerSample, ['≤', 4]),
    );
  }
  return results;
}

if (import.meta.main) {
  const [hours = '72', kind = 'plant'] = process.argv.slice(2);
  const found = await outage(kind === 'walk' ? 'walk' : 'plant', Number(hours));
  console.log(JSON.stringify(found));
  process.exitCode = found.missing === 0 ? 0 : 1;
}
