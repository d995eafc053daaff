/** Milliseconds as whole minutes or, where it is more, hours: `45 min`, `8.5 h`. */
export const formatSpan = (ms: number): string =>
  ms < 2 * 3_600_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 360_000) / 10} h`;
