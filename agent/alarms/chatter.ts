const minuteMs = 60_000;

/** ISA-18.2-2016 clause 16: an alarm chatters that is raised this often within a minute. */
export const chatterCount = 3;

/** The most within any minute, of ascending times. */
export function mostInAMinute(times: readonly number[]): number {
  let most = 0;
  let oldest = 0;
  for (const [index, time] of times.entries()) {
    while ((times[oldest] ?? time) < time - minuteMs) oldest += 1;
    most = Math.max(most, index - oldest + 1);
  }
  return most;
}
