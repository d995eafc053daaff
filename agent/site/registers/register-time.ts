const COMPACT = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/;
const HAS_ZONE = /(?:[zZ]|[+-]\d\d:?\d\d)$/;

/** UTC ms of what a field of a register calls a time; undefined where it is none. @param zone `+08:00` of texts without one */
export function registerTime(value: unknown, zone: string): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value === '') return undefined;
  const text = value.replace(COMPACT, '$1-$2-$3T$4:$5:$6').replace(' ', 'T');
  const time = Date.parse(HAS_ZONE.test(text) ? text : `${text.includes('T') ? text : `${text}T00:00:00`}${zone}`);
  return Number.isNaN(time) ? undefined : time;
}

/** Milliseconds that the zone is ahead of UTC. */
export function zoneOffsetMs(zone: string): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}
