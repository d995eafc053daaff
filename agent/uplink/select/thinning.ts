import type { Point } from '#agent/model/point.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SamplingOptions } from '#agent/model/receiver.ts';

/** Decides sample by sample, in their order, which are sent. Remembers the last one sent of each point. */
export type IsKept = (sample: Sample) => boolean;

export function createThinning(
  options: Exclude<SamplingOptions, { mode: 'aggregate' }>,
  points: readonly Point[],
): IsKept {
  if (options.mode === 'every') return () => true;
  const sent = new Map<string, Sample>();
  const differs = options.mode === 'interval' ? isNextInterval(options.everyMs) : isChange(options, points);
  return (sample) => {
    const last = sent.get(sample.point);
    const isKept = !last || last.flags !== sample.flags || !isSameQuality(last, sample) || differs(last, sample);
    if (isKept) sent.set(sample.point, sample);
    return isKept;
  };
}

const isSameQuality = ({ quality: a }: Sample, { quality: b }: Sample): boolean =>
  a === b || (a.level === b.level && a.reason === b.reason && a.raw === b.raw);

const isNextInterval =
  (everyMs: number) =>
  (last: Sample, sample: Sample): boolean =>
    Math.floor(sample.receiveTime / everyMs) !== Math.floor(last.receiveTime / everyMs);

function isChange(
  { deadband, atLeastEveryMs }: Extract<SamplingOptions, { mode: 'on-change' }>,
  points: readonly Point[],
): (last: Sample, sample: Sample) => boolean {
  // Without a range there is no measure for a share of it: then every change counts.
  const bands = new Map<string, number>(
    points.flatMap(({ id, range }) => (range ? [[id, deadband * (range.high - range.low)]] : [])),
  );
  return (last, sample) => {
    if (Math.abs(sample.receiveTime - last.receiveTime) >= atLeastEveryMs) return true;
    if (typeof sample.value !== 'number' || typeof last.value !== 'number') return sample.value !== last.value;
    return !(Math.abs(sample.value - last.value) <= (bands.get(sample.point) ?? 0));
  };
}
