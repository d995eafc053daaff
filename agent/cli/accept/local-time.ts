/** `2026-11-28 20:34:40`, as the clocks at the site show it. */
export const localTime = (ms: number, timezone: string): string =>
  new Date(ms).toLocaleString('sv-SE', { timeZone: timezone });
