import { connectAsync } from 'mqtt';
import { openBenchSite } from '#test/agent/uplink/bench-site.ts';
import { receiverOptions, runUplink } from '#test/agent/uplink/harness.ts';
import { startMosquitto, until } from '#test/agent/uplink/mosquitto.ts';
import { bytesReceived } from './line/bytes-received.ts';
import type { BenchResult } from './result.ts';

const POINTS = 2_500;
const BLOCKS = 400;
const IN_FLIGHT = 20;

/**
 * A backlog of a million samples, journal to acknowledgement, through a real broker: samples a second, bytes a sample
 * on the wire, and what a bare publisher of messages of the same size reaches in the same run. Values walk and have two
 * decimals.
 */
export async function bench(): Promise<BenchResult[]> {
  const mosquitto = await startMosquitto({ lines: ['max_queued_messages 0', 'sys_interval 1'] });
  const site = openBenchSite(POINTS);
  for (let block = 0; block < BLOCKS; block += 1) {
    site.journal.appendSamples(site.scan(POINTS));
    site.journal.flush();
  }
  try {
    const plain = await drain(site, mosquitto.url, 'plain');
    const compact = await drain(site, mosquitto.url, 'compact');
    const bare = await barePublisher(mosquitto.url, Math.round(compact.bytesPerSample * POINTS));
    return [
      rate('plain', plain.samplesPerSecond, bare),
      rate('compact', compact.samplesPerSecond, bare),
      size('plain', plain.bytesPerSample, Infinity),
      size('compact', compact.bytesPerSample, 4),
      {
        name: 'uplink: CPU at 10,000 values/s, compact',
        unit: '% of a core',
        target: '≤ 10',
        measured: compact.cpuPercentAt10k,
        reference: null,
        ratio: null,
        ok: compact.cpuPercentAt10k <= 10,
      },
    ];
  } finally {
    site.close();
    await mosquitto.stop();
  }
}

const rate = (wire: string, measured: number, reference: number): BenchResult => ({
  name: `uplink: samples drained, ${wire}`,
  unit: 'samples/s',
  target: '≥ 200000',
  measured,
  reference,
  ratio: measured / reference,
  ok: measured >= 200_000,
});

const size = (wire: string, measured: number, target: number): BenchResult => ({
  name: `uplink: bytes a sample on the wire, ${wire}`,
  unit: 'B',
  target: target === Infinity ? 'none' : `≤ ${target}`,
  measured,
  reference: null,
  ratio: null,
  ok: measured <= target,
});

interface Drained {
  readonly samplesPerSecond: number;
  readonly bytesPerSample: number;
  readonly cpuPercentAt10k: number;
}

async function drain(site: ReturnType<typeof openBenchSite>, url: string, wire: 'plain' | 'compact'): Promise<Drained> {
  const { journal, points } = site;
  const before = await bytesReceived(url);
  const options = receiverOptions(
    url,
    { clientId: wire, requireSubscriber: false },
    {
      live: { streams: ['sample'], withinMs: 60_000 },
      backfill: { samplesPerSecond: 1e9 },
    },
  );
  const cpu = process.cpuUsage();
  const started = performance.now();
  const uplink = runUplink(
    journal,
    { ...options, wire, id: `${options.id}-${wire}` as typeof options.id },
    { points, tuning: { tickMs: 50 } },
  );
  const isDone = (): boolean => uplink.latest()?.lanes.every((lane) => lane.lagRecords === 0) ?? false;
  await until(isDone, uplink.latest);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const samples = uplink.latest()?.lanes.reduce((sum, lane) => sum + lane.acknowledgedSamples, 0) ?? 0;
  uplink.close();
  if (samples !== POINTS * BLOCKS) throw new Error(`${samples} samples acknowledged instead of ${POINTS * BLOCKS}`);
  const bytes = (await bytesReceived(url)) - before;
  return {
    samplesPerSecond: samples / seconds,
    bytesPerSample: bytes / samples,
    cpuPercentAt10k: (100 * 10_000 * ((user + system) / 1e6)) / samples,
  };
}

/** Messages of a block's size as fast as the broker acknowledges them, told as samples a second. */
async function barePublisher(url: string, bytes: number): Promise<number> {
  const client = await connectAsync(url, { protocolVersion: 5 });
  const payload = Buffer.alloc(bytes, 'x');
  let left = BLOCKS;
  const started = performance.now();
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await client.publishAsync('bare', payload, { qos: 1 });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const seconds = (performance.now() - started) / 1000;
  await client.endAsync();
  return (POINTS * BLOCKS) / seconds;
}
