import type { DataValue } from 'node-opcua-client';
import type { SiteEvent } from '#agent/model/event.ts';
import { Flag, hasFlag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { DriverContext, Signal } from '#drivers/driver.ts';
import type { OpcuaAddress } from './address.ts';
import { createDuplicateFilter } from './duplicates.ts';
import { addSamples, samplesWithout } from './reading.ts';
import type { PointPart } from './reading.ts';
import type { Seam } from './seam.ts';
import type { OpenStructure } from './variant.ts';

/** Where values become samples and leave the driver. One for each connection. */
export interface Sink {
  /** One batch of one reply or notification: `tell` is called at once, and gives each node's value to `add`. */
  readonly values: (
    tell: (add: (parts: readonly PointPart[], value: DataValue) => void) => void,
    open?: OpenStructure,
  ) => void;
  /** Values of the past, from the server's own history, as far as they are admitted; returns how many samples that were. */
  readonly backfill: (
    parts: readonly PointPart[],
    values: readonly DataValue[],
    past: { readonly open: OpenStructure; readonly admits: (sample: Sample) => boolean },
  ) => number;
  /** Points that have no value, and why. */
  readonly withheld: (parts: readonly PointPart[], quality: Quality) => void;
  /** Values since then (UTC ms) were lost on the way. */
  readonly gap: (gap: { readonly since: number; readonly points: readonly PointId[]; readonly text: string }) => void;
  readonly event: (kind: string, text: string, detail?: SiteEvent['detail']) => void;
}

export function createSink(
  { source, clock, seam }: Pick<DriverContext<OpcuaAddress>, 'source' | 'clock'> & { readonly seam?: Seam | undefined },
  emit: (signal: Signal) => void,
  flags: number,
): Sink {
  const isNew = createDuplicateFilter();
  /** Leaves what is new in the list, which is nobody else's. */
  const send = (samples: Sample[]): void => {
    let kept = 0;
    for (const sample of samples) if (isNew(sample)) samples[kept++] = sample;
    samples.length = kept;
    if (kept > 0) emit({ type: 'samples', samples });
  };
  const event: Sink['event'] = (kind, text, detail) =>
    emit({
      type: 'event',
      event: { time: clock.now(), kind, source, text, flags, ...(detail ? { detail } : {}) },
    });
  return {
    event,
    values(tell, open) {
      const place = { receiveTime: clock.now(), flags, open };
      const samples: Sample[] = [];
      tell((parts, value) => addSamples(samples, parts, value, place));
      const overflowed: PointId[] = [];
      for (const sample of samples) if (hasFlag(sample.flags, 'overflow')) overflowed.push(sample.point);
      if (overflowed.length > 0) event('opcua.queue-overflow', overflowText(overflowed), { points: overflowed.length });
      seam?.live(samples);
      send(samples);
    },
    backfill(parts, values, { open, admits }) {
      const place = { receiveTime: clock.now(), flags: flags | Flag.backfilled, open };
      const read: Sample[] = [];
      for (const value of values) addSamples(read, parts, value, place);
      const samples = read.toSorted((a, b) => a.sourceTime - b.sourceTime).filter(admits);
      if (samples.length > 0) emit({ type: 'samples', samples });
      return samples.length;
    },
    gap: ({ since, points, text }) =>
      emit({
        type: 'gap',
        gap: { from: since, to: clock.now(), reason: 'sequence-gap', source, points, text, flags },
      }),
    withheld: (parts, quality) => send(samplesWithout(parts, quality, { clock, flags })),
  };
}

const overflowText = (points: readonly PointId[]): string =>
  `The server dropped values of ${points.slice(0, 5).join(', ')}${points.length > 5 ? ` and ${points.length - 5} more` : ''}: ` +
  'its queue was full before they could be sent; raise queueSize or shorten publishingInterval';

export const simFlag = (isSimulator: boolean): number => (isSimulator ? Flag.sim : 0);
