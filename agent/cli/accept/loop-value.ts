import type { Text } from '#agent/model/alarm.ts';
import type { LoopCheck } from '#agent/model/loop-check.ts';
import { reasonWords } from './report-words.ts';

/** What was read or shown, with its unit; with the reason where it was not good. */
export function loopValue(read: Partial<NonNullable<LoopCheck['read']>> | undefined, unit: string): Text {
  const { value, quality = 'good', reason } = read ?? {};
  if (value === undefined) return { zh: '无值', en: 'no value' };
  const text =
    value === null ? '–' : `${typeof value === 'number' ? Number(value.toPrecision(7)) : value} ${unit}`.trim();
  if (quality === 'good') return { zh: text, en: text };
  const why = reason ?? quality;
  return { zh: `${text}（${reasonWords[why] ?? why}）`, en: `${text} (${why})` };
}
