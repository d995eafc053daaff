import type { Text } from '#agent/model/alarm.ts';

/** Milliseconds as whole minutes or, where it is more, hours: `45 min`, `8.5 h`; 45 分钟, 8.5 小时. */
export function formatSpan(ms: number): Text {
  const minutes = Math.round(ms / 60_000);
  const hours = Math.round(ms / 360_000) / 10;
  return ms < 2 * 3_600_000
    ? { zh: `${minutes} 分钟`, en: `${minutes} min` }
    : { zh: `${hours} 小时`, en: `${hours} h` };
}
