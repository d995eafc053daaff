import { connectAsync } from 'mqtt';
import type { SampleMessage } from '#simulators/receiver/wire.ts';

export interface Arrivals {
  /** Good samples by point: when the agent received each, and how long after that it arrived here. Milliseconds. */
  readonly byPoint: ReadonlyMap<string, readonly { readonly receiveTime: number; readonly ageMs: number }[]>;
  readonly stop: () => Promise<void>;
}

/** Subscribes to the samples as they leave the broker and notes the times of each. */
export async function watchArrivals(url: string): Promise<Arrivals> {
  const byPoint = new Map<string, { receiveTime: number; ageMs: number }[]>();
  const client = await connectAsync(url, { protocolVersion: 5 });
  client.on('message', (_topic, payload) => {
    const now = Date.now();
    const { body } = JSON.parse(payload.toString()) as SampleMessage;
    const levels = body.quality.flatMap(({ count, level }) => Array.from({ length: count }, () => level));
    let place = 0;
    let receiveTime = 0;
    // Places and times are told as differences.
    for (const [at, step] of body.point.entries()) {
      place += step;
      receiveTime += body.receiveTime[at] ?? 0;
      const point = body.points[place];
      if (point === undefined || levels[at] !== 'good') continue;
      const seen = byPoint.get(point) ?? [];
      byPoint.set(point, seen);
      seen.push({ receiveTime, ageMs: now - receiveTime });
    }
  });
  await client.subscribeAsync('firewatch/+/sample', { qos: 1 });
  return { byPoint, stop: () => client.endAsync(true) };
}
