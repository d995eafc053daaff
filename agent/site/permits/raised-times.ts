import type { PermitWatchDefinition } from '#agent/model/permit-watch.ts';

const CHINA_OFFSET_MS = 8 * 3_600_000;
const MINUTE_MS = 60_000;

/** Why hot work is raised now by the hour or the day of the week, in the words of the standard. */
export function raisedTimes({ night, weekends }: PermitWatchDefinition['raised'], time: number): readonly string[] {
  const there = new Date(time + CHINA_OFFSET_MS);
  const minute = (there.getTime() % 86_400_000) / MINUTE_MS;
  const isNight =
    night !== undefined &&
    (night.from <= night.to ? minute >= night.from && minute < night.to : minute >= night.from || minute < night.to);
  const isWeekend = weekends && [0, 6].includes(there.getUTCDay());
  return [...(isNight ? ['夜间'] : []), ...(isWeekend ? ['公休日'] : [])];
}
