import { until } from '#test/agent/uplink/mosquitto.ts';
import { startNatsCluster } from '#test/agent/uplink/nats-server.ts';
import { startBox } from '#test/faults/standby/box.ts';
import type { BenchResult } from './result.ts';

const KILLS = 5;
/** As the boxes are configured. */
const LEASE_MS = 3000;

/**
 * How long nobody delivers: from `kill -9` of the box that holds the lease until the other has taken over, with a lease of
 * 3 s in a cluster of three real servers.
 */
export async function bench(): Promise<BenchResult[]> {
  const cluster = await startNatsCluster();
  const urls = cluster.map(({ url }) => url);
  const tookMs: number[] = [];
  let holder = startBox('a', urls);
  try {
    await until(() => holder.told.includes('standby.delivers'));
    for (let kill = 0; kill < KILLS; kill++) {
      const other = startBox(kill % 2 === 0 ? 'b' : 'a', urls);
      await until(() => other.told.includes('standby.waits'));
      const killedAt = performance.now();
      holder.remove();
      await until(() => other.told.includes('standby.delivers'));
      tookMs.push(performance.now() - killedAt);
      holder = other;
    }
  } finally {
    holder.remove();
    await Promise.all(cluster.map((each) => each.stop()));
  }
  const longest = Math.max(...tookMs);
  return [
    {
      name: `standby: takeover after kill -9, longest of ${KILLS}`,
      unit: 'ms',
      target: `≤ ${2 * LEASE_MS}`,
      measured: longest,
      reference: LEASE_MS,
      ratio: longest / LEASE_MS,
      ok: longest <= 2 * LEASE_MS,
    },
  ];
}
