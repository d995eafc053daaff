import type { PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';

/**
 * Where live values ended and where they began again, for each point by its source time. What a server remembers is
 * admitted only between the two, once and in order, so that it repeats nothing that came live.
 */
export interface Seam {
  /** Live values pass. */
  readonly live: (samples: readonly Sample[]) => void;
  /** A turn of serving begins; live values ended at `aliveAt` (UTC ms), undefined when there never were any. */
  readonly begin: (aliveAt: number | undefined) => void;
  /** Since when live values are missing (UTC ms), until they are filled; an unfinished outage is part of the next one. */
  readonly since: () => number | undefined;
  readonly admits: (sample: Sample) => boolean;
  readonly filled: () => void;
}

export function createSeam(): Seam {
  const last = new Map<PointId, number>();
  let since: number | undefined;
  let ended = new Map<PointId, number>();
  const begun = new Map<PointId, number>();
  return {
    since: () => since,
    live(samples) {
      for (const { point, quality, sourceTime } of samples) {
        if (quality.level === 'bad') continue;
        last.set(point, sourceTime);
        if (since !== undefined && !begun.has(point)) begun.set(point, sourceTime);
      }
    },
    begin(aliveAt) {
      begun.clear();
      if (since !== undefined || aliveAt === undefined) return;
      since = aliveAt;
      ended = new Map(last);
    },
    admits({ point, sourceTime }) {
      if (sourceTime <= (ended.get(point) ?? -Infinity) || sourceTime >= (begun.get(point) ?? Infinity)) return false;
      ended.set(point, sourceTime);
      return true;
    },
    filled() {
      since = undefined;
      ended = new Map();
      begun.clear();
    },
  };
}
