/** More alarms than a person can handle. Times are UTC ms. */
export interface Flood {
  /** The first of the alarms that made it. */
  readonly from: number;
  /** Absent while it lasts. */
  readonly to?: number;
  readonly alarms: number;
  /** Most alarms within one window. */
  readonly peak: number;
}

export interface FloodLimits {
  readonly windowMs: number;
  /** A flood begins with more than this many in the window, … */
  readonly startsAbove: number;
  /** … and ends with fewer than this many. */
  readonly endsBelow: number;
}

/** ISA-18.2-2016 table 6: more than 10 in 10 minutes, until fewer than 5 in 10 minutes. */
export const floodLimits: FloodLimits = { windowMs: 600_000, startsAbove: 10, endsBelow: 5 };

/** Floods in a series of alarm times, ascending, as they stand at `until`. The window slides; it does not begin at full minutes. */
export function findFloods(times: readonly number[], until: number, limits: FloodLimits = floodLimits): Flood[] {
  const floods: Flood[] = [];
  let oldest = 0;
  /** The first alarm that belongs to no flood yet. */
  let free = 0;
  let flood: { firstIndex: number; peak: number } | undefined;
  for (const [index, time] of times.entries()) {
    while ((times[oldest] ?? time) <= time - limits.windowMs) oldest += 1;
    const count = index - oldest + 1;
    if (flood !== undefined) flood.peak = Math.max(flood.peak, count);
    else if (count > limits.startsAbove) flood = { firstIndex: Math.max(oldest, free), peak: count };
    if (flood === undefined) continue;

    // Without a further alarm, fewer than endsBelow are left when this one leaves the window.
    const lastThatCounts = times[index - limits.endsBelow + 1] ?? Number.NEGATIVE_INFINITY;
    const endsAt = Math.max(time, lastThatCounts + limits.windowMs);
    const next = times[index + 1] ?? Number.POSITIVE_INFINITY;
    const isOver = endsAt < next && endsAt <= until;
    if (!isOver && index < times.length - 1) continue;
    const from = times[flood.firstIndex] ?? time;
    floods.push({ from, ...(isOver ? { to: endsAt } : {}), alarms: index - flood.firstIndex + 1, peak: flood.peak });
    flood = undefined;
    free = index + 1;
  }
  return floods;
}
