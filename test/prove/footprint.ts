import { readdirSync, readFileSync } from 'node:fs';

export interface Footprint {
  readonly pid: number;
  /** UTC ms. */
  readonly time: number;
  readonly rssBytes: number;
  readonly descriptors: number;
}

export interface Slope {
  readonly seconds: number;
  readonly rssBytesPerMinute: number;
  readonly rssBytes: number;
  readonly descriptorsPerMinute: number;
  readonly descriptors: number;
}

const PAGE_BYTES = 4096;
/** A process that has just started still fills its heap. */
const WARM_AFTER_MS = 60_000;

/** What the kernel says of a process; undefined when it is gone. */
export function footprintOf(pid: number): Footprint | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
    const descriptors = readdirSync(`/proc/${pid}/fd`).length;
    return { pid, time: Date.now(), rssBytes: pages * PAGE_BYTES, descriptors };
  } catch {
    return undefined;
  }
}

/** Over the longest life of one process, once it is warm. Undefined where none lived long enough. */
export function slopeOf(all: readonly Footprint[]): Slope | undefined {
  const lives = [...Map.groupBy(all, ({ pid }) => pid).values()].map((life) => {
    const born = life[0]?.time ?? 0;
    return life.filter(({ time }) => time - born >= WARM_AFTER_MS);
  });
  const longest = lives.toSorted((a, b) => b.length - a.length)[0] ?? [];
  const [first, last] = [longest[0], longest.at(-1)];
  if (!first || !last || longest.length < 5) return undefined;
  const perMinute = (pick: (one: Footprint) => number): number =>
    steepness(longest.map((one) => [one.time / 60_000, pick(one)]));
  return {
    seconds: (last.time - first.time) / 1000,
    rssBytesPerMinute: perMinute(({ rssBytes }) => rssBytes),
    rssBytes: last.rssBytes,
    descriptorsPerMinute: perMinute(({ descriptors }) => descriptors),
    descriptors: last.descriptors,
  };
}

/** Least squares. */
function steepness(pairs: readonly (readonly [number, number])[]): number {
  const mean = (pick: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[pick], 0) / pairs.length;
  const [x, y] = [mean(0), mean(1)];
  const above = pairs.reduce((sum, pair) => sum + (pair[0] - x) * (pair[1] - y), 0);
  const below = pairs.reduce((sum, pair) => sum + (pair[0] - x) ** 2, 0);
  return below === 0 ? 0 : above / below;
}
