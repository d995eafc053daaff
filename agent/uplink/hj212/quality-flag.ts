import { hasFlag } from '#agent/model/flags.ts';
import type { QualityReason } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';

/**
 * A sample's mark in HJ 212-2017: N normal, S by hand, M maintenance, T above the measuring range, B no communication,
 * D fault. F (stopped) and C (calibration) are never told, since nothing here says that it is just that.
 */
export function qualityFlag({ quality, flags }: Pick<Sample, 'quality' | 'flags'>): 'N' | 'S' | 'M' | 'T' | 'B' | 'D' {
  if (hasFlag(flags, 'maintenance') || hasFlag(flags, 'inhibit')) return 'M';
  if (hasFlag(flags, 'forced')) return 'S';
  return quality.reason === undefined ? 'N' : (marks.get(quality.reason) ?? 'D');
}

const marks: ReadonlyMap<QualityReason, 'B' | 'T' | 'M'> = new Map([
  ['comm-lost', 'B'],
  ['stale', 'B'],
  ['not-yet-read', 'B'],
  ['over-range', 'T'],
  ['maintenance', 'M'],
  ['inhibited', 'M'],
]);
