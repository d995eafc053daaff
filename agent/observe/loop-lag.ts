import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late timers were since the last reading. Milliseconds. */
export interface LoopLag {
  readonly p99Ms: number;
  readonly maxMs: number;
}

const RESOLUTION_MS = 20;
const NANOSECONDS = 1e6;

/** Watches the event loop. One timer of 20 ms; `read` gives the figures since the last `read` and starts anew. */
export function watchLoopLag(): { readonly read: () => LoopLag; readonly stop: () => void } {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  // The histogram holds the whole interval between two turns, of which the resolution is no lag.
  const lag = (nanoseconds: number): number => Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS);
  return {
    read: () => {
      const figures = { p99Ms: lag(histogram.percentile(99)), maxMs: lag(histogram.max) };
      histogram.reset();
      return figures;
    },
    stop: () => void histogram.disable(),
  };
}
