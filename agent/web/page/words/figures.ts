import { session } from '../live/session.ts';
import { language, t } from './words.ts';

/** Times are shown in the site's zone, wherever the browser is. */
export function clockTime(time: number | undefined | null): string {
  if (time === undefined || time === null) return '';
  return format(time, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

export function dateTime(time: number | undefined | null): string {
  if (time === undefined || time === null) return '';
  return format(time, {
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
}

const format = (time: number, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(language.value === 'zh' ? 'zh-CN' : 'en-GB', {
    ...options,
    timeZone: session.value?.site.timezone ?? 'Asia/Shanghai',
  }).format(time);

export function duration(ms: number): string {
  if (ms < 90_000) return t('unit.seconds', { count: Math.round(ms / 1000) });
  if (ms < 5_400_000) return t('unit.minutes', { count: Math.round(ms / 60_000) });
  return t('unit.hours', { count: (ms / 3_600_000).toFixed(1) });
}

/** As many digits as a reading deserves. */
export function valueText(value: number | boolean | string | null | undefined, unit = ''): string {
  if (value === null || value === undefined) return '—';
  if (typeof value !== 'number') return String(value);
  const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}
