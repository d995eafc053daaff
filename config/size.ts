import { z } from 'zod';
import { refuse } from './fault.ts';

/** Decimal, as disks are sold: 1 GB is 1,000,000,000 bytes. */
const unitBytes = { kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;

const pattern = /^(\d+(?:\.\d+)?)(kB|MB|GB|TB)$/;

/** `10GB` → bytes; undefined when it is no size. */
export function parseSize(text: string): number | undefined {
  const [, amount, unit] = pattern.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  return Math.round(Number(amount) * unitBytes[unit as keyof typeof unitBytes]);
}

/** A size in YAML, bytes after parsing. Bounds are inclusive, in bytes. Default with `.prefault('10GB')`. */
export const size = (bounds: { readonly min?: number; readonly max?: number } = {}) =>
  z
    .string()
    .meta({
      description: 'A size with its unit: kB, MB, GB or TB',
      pattern: pattern.source,
      examples: ['10GB', '500MB'],
    })
    .transform((text, context): number => {
      const bytes = parseSize(text);
      if (bytes === undefined)
        refuse(context, {
          what: `"${text}" is no size`,
          why: 'expected a number with its unit: kB, MB, GB or TB',
          todo: 'write for example "10GB"',
        });
      else if (bytes < (bounds.min ?? 0))
        refuse(context, {
          what: `size "${text}" is too small`,
          why: `the least that works here is ${(bounds.min ?? 0) / 1e6}MB`,
          todo: `write "${(bounds.min ?? 0) / 1e6}MB" or more`,
        });
      else if (bytes > (bounds.max ?? Infinity))
        refuse(context, {
          what: `size "${text}" is too large`,
          why: `the most that works here is ${(bounds.max ?? 0) / 1e6}MB`,
          todo: `write "${(bounds.max ?? 0) / 1e6}MB" or less`,
        });
      return bytes ?? z.NEVER;
    });
