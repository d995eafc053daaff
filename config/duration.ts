import { z } from 'zod';
import { refuse } from './fault.ts';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Largest delay that Node's timers can hold; longer durations are for ages, not for timers. */
export const LONGEST_TIMER_MS = 2_147_483_647;

const pattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** `10s`, `250ms`, `5m`, `2h`, `30d` → milliseconds; undefined when it is no duration. */
export function parseDuration(text: string): number | undefined {
  const [, amount, unit] = pattern.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Number(amount) * unitMs[unit as keyof typeof unitMs];
}

/** Milliseconds as a person would write them in YAML: the largest unit that keeps the number whole. */
export function formatDuration(ms: number): string {
  const unit = (['d', 'h', 'm', 's'] as const).find((unit) => ms >= unitMs[unit] && ms % unitMs[unit] === 0) ?? 'ms';
  return `${ms / unitMs[unit]}${unit}`;
}

/**
 * A duration in YAML, milliseconds after parsing. Bounds are inclusive, in milliseconds. Default with `.prefault('10s')`,
 * so that the JSON Schema shows the default as it is written.
 */
export const duration = (bounds: { readonly min?: number; readonly max?: number } = {}) =>
  z
    .string()
    .meta({
      description: 'A duration with its unit: ms, s, m, h or d',
      pattern: pattern.source,
      examples: ['10s', '250ms', '5m'],
    })
    .transform((text, context): number => {
      const ms = parseDuration(text);
      const fault = ms === undefined ? notADuration(text) : outOfBounds(text, ms, bounds);
      if (fault) refuse(context, fault);
      return ms ?? z.NEVER;
    });

function notADuration(text: string) {
  if (text.startsWith('-') && parseDuration(text.slice(1)) !== undefined)
    return {
      what: `negative duration "${text}"`,
      why: 'a duration can only be zero or more',
      todo: `write "${text.slice(1)}" if that was meant`,
    };
  const isBareNumber = /^\d+(\.\d+)?$/.test(text);
  return {
    what: isBareNumber ? `duration "${text}" has no unit` : `"${text}" is no duration`,
    why: 'expected a number with its unit: ms, s, m, h or d',
    todo: isBareNumber ? `write for example "${text}s"` : 'write for example "10s", "250ms", "5m", "2h" or "30d"',
  };
}

function outOfBounds(text: string, ms: number, bounds: { readonly min?: number; readonly max?: number }) {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = bounds;
  if (ms >= min && ms <= max) return undefined;
  const limit = ms < min ? min : max;
  return {
    what: `duration "${text}" is too ${ms < min ? 'short' : 'long'}`,
    why: `the ${ms < min ? 'shortest' : 'longest'} allowed here is ${formatDuration(limit)}`,
    todo: `write "${formatDuration(limit)}" or ${ms < min ? 'more' : 'less'}`,
  };
}
