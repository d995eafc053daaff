import { quietLibrary } from '#drivers/opcua/quiet-library.ts';
import { startSimulators } from '#simulators/start-simulators.ts';
import { startMosquitto } from '#test/agent/uplink/mosquitto.ts';
import { deviceFarm } from '#test/drivers/modbus/device-farm.ts';
import { startLink } from '#test/prove/link.ts';
import { startScript } from './line/json-child.ts';
import type { Told } from './reconnect/child.ts';
import type { Protocol } from './reconnect/connections.ts';
import type { BenchResult } from './result.ts';
import { slope } from './weight/slope.ts';
import type { Weight } from './weight/weigh.ts';

/** Of which the first half only warms up. A connection by OPC UA takes many messages. */
const ROUNDS: Readonly<Record<Protocol, number>> = { opcua: 300, modbus: 400, mqtt: 400 };
/** Garbage is collected only so often: that takes longer than to connect. */
const WEIGHED_EVERY = 10;
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
  let connections = 0;
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const script = new URL('reconnect/child.ts', import.meta.url);
  const child = startScript<Told>(script, [protocol, link.port, WEIGHED_EVERY].map(String), ({ weight }) => {
    connections += 1;
    if (weight) weights.push(weight);
    if (connections >= ROUNDS[protocol]) resolve();
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
  const warm = weights.slice(weights.length / 2);
  const perCut = (values: readonly number[]): number => slope(values.map((value, at) => [at * WEIGHED_EVERY, value]));
  const row = (what: string, unit: string, measured: number, most?: number): BenchResult => ({
    name: `reconnect-leak ${protocol} ${what}`,
    unit,
    target: most === undefined ? 'none' : `≤ ${most}`,
    measured,
    reference: null,
    ratio: null,
    ok: measured <= (most ?? Infinity),
  });
  return [
    row('alive after GC', 'B a cut', perCut(warm.map(({ alive }) => alive)), MOST_BYTES),
    row('resident', 'KiB a cut', perCut(warm.map(({ resident }) => resident)) / 1024),
    row('sockets and timers', 'a cut', perCut(warm.map(({ resources }) => resources)), 0.01),
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
  quietLibrary();
  const plant = await startSimulators({ devices: ['opcua'], loadPoints: 50 });
  // A cut leaves its session on the server for a minute, and 50 of them are all that it usually has.
  await plant.fault({ device: 'opcua', fault: { kind: 'limits', sessions: 2 * ROUNDS.opcua } });
  return { port: Number(plant.endpoints.opcua?.split(':').at(-1)), stop: () => plant.stop() };
}
