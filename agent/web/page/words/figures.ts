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

export const monthText = (time: number): string => format(time, { year: 'numeric', month: 'long' });

const twoDigits = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const DAY_MS = 86_400_000;

/** On an axis whose marks are so far apart. */
export function axisTime(time: number, stepMs: number): string {
  if (stepMs >= DAY_MS) return format(time, { month: '2-digit', day: '2-digit' });
  if (stepMs < 1000) return format(time, { minute: '2-digit', second: '2-digit', fractionalSecondDigits: 2 });
  if (stepMs < 60_000) return format(time, { ...twoDigits, second: '2-digit' });
  const text = format(time, twoDigits);
  return text === '00:00' ? format(time, { month: '2-digit', day: '2-digit' }) : text;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are costly to make: a list of thousands of alarms shall not make one a row. */
function format(time: number, options: Intl.DateTimeFormatOptions): string {
  const locale = language.value === 'zh' ? 'zh-CN' : 'en-GB';
  const timeZone = session.value?.site.timezone ?? 'Asia/Shanghai';
  const key = `${locale} ${timeZone} ${Object.entries(options).join()}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale, { ...options, timeZone });
    formats.set(key, made);
  }
  return made.format(time);
}

export function duration(ms: number): string {
  if (ms < 90_000) return t('unit.seconds', { count: Math.round(ms / 1000) });
  if (ms < 5_400_000) return t('unit.minutes', { count: Math.round(ms / 60_000) });
  if (ms < 2 * DAY_MS) return t('unit.hours', { count: short(ms / 3_600_000) });
  return t('unit.days', { count: short(ms / DAY_MS) });
}

const short = (count: number): string => count.toFixed(1).replace(/\.0$/, '');

export const percent = (share: number): string => `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

/** What a state is called; a device that says 1 means true. */
export function stateText(
  states: Readonly<Record<string, string>> | undefined,
  value: number | boolean | string | null | undefined,
): string {
  const other = typeof value === 'boolean' ? Number(value) : value === 1 ? true : value === 0 ? false : value;
  return states?.[String(value)] ?? states?.[String(other)] ?? valueText(value);
}

/** As many digits as a reading deserves. */
export function valueText(value: number | boolean | string | null | undefined, unit = ''): string {
  if (value === null || value === undefined) return '—';
  if (typeof value === 'boolean') return t(value ? 'value.true' : 'value.false');
  if (typeof value !== 'number') return value;
  if (unit === '' && Number.isInteger(value)) return String(value);
  const digits = Math.abs(value) >= 1000 ? 0 : Math.abs(value) >= 100 ? 1 : 2;
  return `${value.toFixed(digits)}${unit === '' ? '' : ` ${unit}`}`;
}
