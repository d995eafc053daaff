import { startSimulators } from '#simulators/start-simulators.ts';
import { startMosquitto } from '#test/agent/uplink/mosquitto.ts';
import { deviceFarm } from '#test/drivers/modbus/device-farm.ts';
import { startLink } from '#test/prove/link.ts';
import { startScript } from './line/json-child.ts';
import type { Weight } from './reconnect/child.ts';
import type { Protocol } from './reconnect/connections.ts';
import type { BenchResult } from './result.ts';

/** Of which the first half only warms up: code is still being compiled then. A connection by OPC UA takes many messages. */
const ROUNDS: Readonly<Record<Protocol, number>> = { opcua: 160, modbus: 1000, mqtt: 1000 };
const CUT_AFTER_MS = 20;
/** A kilobyte a cut is one megabyte in a day of a cut each 90 s: below that nothing is called a leak. */
const MOST_BYTES = 1024;

/** What each cut of a connection leaves behind, by protocol, each alone in a process of its own. */
export async function bench(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const protocol of ['opcua', 'modbus', 'mqtt'] as const) results.push(...(await measure(protocol)));
  return results;
}

async function measure(protocol: Protocol): Promise<BenchResult[]> {
  const peer = await peerOf(protocol);
  const link = await startLink(peer.port);
  const weights: Weight[] = [];
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const script = new URL('reconnect/child.ts', import.meta.url);
  const child = startScript<Weight>(script, [protocol, String(link.port)], (weight) => {
    weights.push(weight);
    if (weights.length >= ROUNDS[protocol]) resolve();
    setTimeout(() => {
      link.cut();
      setTimeout(link.mend, CUT_AFTER_MS);
    }, CUT_AFTER_MS);
  });
  try {
    await enough;
  } finally {
    await child.stop();
    await link.close();
    await peer.stop();
  }
  const warm = weights.slice(ROUNDS[protocol] / 2);
  const none = { reference: null, ratio: null };
  const bytes = slope(warm.map(({ alive }) => alive));
  const resident = slope(warm.map((one) => one.resident)) / 1024;
  const resources = slope(warm.map((one) => one.resources));
  const name = `reconnect-leak ${protocol}`;
  return [
    {
      name: `${name} alive after GC`,
      unit: 'B a cut',
      target: `≤ ${MOST_BYTES}`,
      measured: bytes,
      ...none,
      ok: bytes <= MOST_BYTES,
    },
    { name: `${name} resident`, unit: 'KiB a cut', target: 'none', measured: resident, ...none, ok: true },
    {
      name: `${name} sockets and timers`,
      unit: 'a cut',
      target: '≤ 0.01',
      measured: resources,
      ...none,
      ok: resources <= 0.01,
    },
  ];
}

interface Peer {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

async function peerOf(protocol: Protocol): Promise<Peer> {
  if (protocol === 'mqtt') return startMosquitto();
  if (protocol === 'modbus') {
    const farm = await deviceFarm(1, 0);
    return { port: farm.live[0] ?? 0, stop: () => farm.stop() };
  }
  const plant = await startSimulators({ devices: ['opcua'], loadPoints: 50 });
  return { port: Number(plant.endpoints.opcua?.split(':').at(-1)), stop: () => plant.stop() };
}

/** Least squares over the rounds: what one more round adds. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const above = values.reduce((sum, value, at) => sum + (at - middle) * (value - mean), 0);
  const below = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0);
  return above / below;
}
