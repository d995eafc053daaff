import { connectAsync, type MqttClient } from 'mqtt';
import { openBenchSite, percentile } from '#test/agent/uplink/bench-site.ts';
import { receiverOptions, runUplink } from '#test/agent/uplink/harness.ts';
import { transition } from '#test/agent/uplink/memory-journal.ts';
import { startMosquitto, until } from '#test/agent/uplink/mosquitto.ts';
import type { BenchResult } from './result.ts';

const ALARMS = 200;
const EVERY_MS = 20;
const VALUES_PER_SECOND = 10_000;
const BACKLOG_BLOCKS = 400;
const BLOCK = 2_500;

/**
 * An alarm from before its fsynced commit until a subscriber of a real broker has it: alone, and while 10,000 values/s
 * go live and a backlog is backfilled beside them. The reference is a bare publish of QoS 1 to the same broker.
 */
export async function bench(): Promise<BenchResult[]> {
  const mosquitto = await startMosquitto({ lines: ['max_queued_messages 0', 'set_tcp_nodelay true'] });
  const subscriber = await connectAsync(mosquitto.url, { protocolVersion: 5 });
  await subscriber.subscribeAsync('firewatch/+/alarm', { qos: 1 });
  const bareMs = await bareRoundTrips(mosquitto.url);
  const site = openBenchSite(2_500);
  // A backlog from before, so that backfill runs for as long as the loaded measurement.
  for (let block = 0; block < BACKLOG_BLOCKS; block += 1) {
    site.journal.appendSamples(site.scan(BLOCK));
    site.journal.flush();
  }
  try {
    const idle = await alarmLatencies(site, subscriber, mosquitto.url, 'idle');
    const loaded = await alarmLatencies(site, subscriber, mosquitto.url, 'loaded');
    if (idle.length < ALARMS || loaded.length < ALARMS) throw new Error('not every alarm arrived');
    const reference = percentile(bareMs, 0.99);
    return [
      result('alarm to broker, idle, p99', percentile(idle, 0.99), 50, reference),
      result('alarm to broker, full load and backfill, p99', percentile(loaded, 0.99), 250, reference),
    ];
  } finally {
    site.close();
    await subscriber.endAsync(true);
    await mosquitto.stop();
  }
}

const result = (name: string, measured: number, target: number, reference: number): BenchResult => ({
  name: `uplink: ${name}`,
  unit: 'ms',
  target: `≤ ${target}`,
  measured,
  reference,
  ratio: measured / reference,
  ok: measured <= target,
});

async function bareRoundTrips(url: string): Promise<number[]> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  const took: number[] = [];
  for (let count = 0; count < ALARMS; count += 1) {
    const started = performance.now();
    await client.publishAsync('bare', 'x'.repeat(600), { qos: 1 });
    took.push(performance.now() - started);
  }
  await client.endAsync();
  return took;
}

async function alarmLatencies(
  { journal, points, scan }: ReturnType<typeof openBenchSite>,
  subscriber: MqttClient,
  url: string,
  load: 'idle' | 'loaded',
): Promise<number[]> {
  const options = receiverOptions(
    url,
    { clientId: `bench-${load}`, requireSubscriber: false },
    load === 'idle'
      ? { live: { streams: [], withinMs: 30_000 } }
      : { live: { streams: ['sample'], withinMs: 1_000 }, backfill: { samplesPerSecond: 20_000 } },
  );
  const uplink = runUplink(
    journal,
    { ...options, wire: 'compact' },
    { points, tuning: { tickMs: 50, reportMs: 1_000 } },
  );
  await until(() => uplink.latest()?.state === 'connected', uplink.latest);
  const started = new Map<number, number>();
  const took: number[] = [];
  const onMessage = (_topic: string, payload: Buffer): void => {
    const { seq } = JSON.parse(payload.toString()) as { seq: number };
    const at = started.get(seq);
    if (at !== undefined) took.push(performance.now() - at);
    started.delete(seq);
  };
  subscriber.on('message', onMessage);
  const feed =
    load === 'loaded' ? setInterval(() => journal.appendSamples(scan(VALUES_PER_SECOND / 50)), 20) : undefined;
  const raise = setInterval(() => {
    started.set(journal.head('alarm') + 1, performance.now());
    journal.commit([{ stream: 'alarm', body: transition(Date.now()) }]);
  }, EVERY_MS);
  await until(() => took.length >= ALARMS, uplink.latest);
  clearInterval(raise);
  clearInterval(feed);
  subscriber.off('message', onMessage);
  if (load === 'loaded' && uplink.latest()?.backfill.remainingRecords === 0) throw new Error('there was no backfill');
  uplink.close();
  return took;
}
