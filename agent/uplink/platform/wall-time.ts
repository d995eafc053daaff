import type { TimeFormat } from '#agent/model/mapping-profile.ts';

const COMPACT = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;
const HAS_ZONE = /(?:[zZ]|[+-]\d\d:?\d\d)$/;

/** UTC ms of a number or a text; undefined where it is no time. @param zone of texts that name none, `+08:00` */
export function timeOf(value: unknown, zone: string): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.replace(COMPACT, '$1-$2-$3T$4:$5:$6').replace(' ', 'T');
  const whole = text.includes('T') ? text : `${text}T00:00:00`;
  const time = Date.parse(HAS_ZONE.test(whole) ? whole : `${whole}${zone}`);
  return Number.isNaN(time) ? undefined : time;
}

/** A time as the platform wants it. */
export function formatTime(time: number, format: TimeFormat, zone: string): string | number {
  if (format === 'ms') return time;
  if (format === 'iso') return new Date(time).toISOString();
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  const offset = (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
  const local = new Date(time + offset).toISOString().slice(0, 19).replace('T', ' ');
  if (format === 'yyyy-MM-dd') return local.slice(0, 10);
  return format === 'yyyyMMddHHmmss' ? local.replaceAll(/[-: ]/g, '') : local;
}
