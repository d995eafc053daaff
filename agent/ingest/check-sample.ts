import type { Point } from '#agent/model/point.ts';
import { bad, GOOD, uncertain } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { HazardSides } from './range-policy.ts';

/**
 * A reading this far beyond the range, as a part of the span, still counts as inside: transmitters are linear a little
 * beyond their range (NAMUR NE 43: −1.25 % … +3.1 %), and a tank at 100.3 % is not a fault.
 */
const TOLERANCE = 0.02;

/** Where a value lies, seen from the instrument's range and its tolerance. */
type RangeSide = 'inside' | 'above' | 'below';

/** A value and its quality after the check. One object a check, reused: read it before the next check. */
export interface Checked {
  value: SampleValue;
  quality: Quality;
  side: RangeSide;
}

/** Turns a driver's value into the point's engineering unit and says how far it may be trusted. Pure but for `into`. */
export type SampleCheck = (value: unknown, quality: Quality, into: Checked) => void;

/**
 * Compiles a point's check, once, so that a sample costs a few comparisons.
 *
 * - A numeric point takes finite numbers, a text point texts, a state point booleans, finite numbers and texts; anything
 *   else is bad with `wrong-type`, NaN and infinities (also those that scaling makes) bad with `decode`.
 * - A driver's quality is never made better, with one exception: `uncertain over-range` or `under-range` with a
 *   value counts as a reading beyond the range, whoever says it, and follows {@link HazardSides}.
 * - A bad reading keeps its value, scaled, for diagnosis.
 */
export function compileCheck(point: Point, hazard: HazardSides): SampleCheck {
  if (point.kind === 'text') return checkText;
  if (point.kind === 'state') return checkState;
  return compileNumber(point, hazard);
}

const checkText: SampleCheck = (value, quality, into) => settle(into, typeof value === 'string', value, quality);

const checkState: SampleCheck = (value, quality, into) => {
  if (typeof value === 'number' && !Number.isFinite(value)) return reject(into, bad('decode'));
  settle(into, typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string', value, quality);
};

function settle(into: Checked, fits: boolean, value: unknown, quality: Quality): void {
  if (!fits) return reject(into, withoutValue(value, quality));
  into.value = value as SampleValue;
  into.quality = quality;
  into.side = 'inside';
}

function reject(into: Checked, quality: Quality): void {
  into.value = null;
  into.quality = quality;
  into.side = 'inside';
}

/** The quality of a reading whose value can't be used: the driver's own reason first, if it gave one. */
function withoutValue(value: unknown, quality: Quality): Quality {
  if (quality.level !== 'good') return quality.level === 'bad' ? quality : bad(quality.reason, quality.raw);
  return bad(value === null || value === undefined ? 'decode' : 'wrong-type', quality.raw);
}

function compileNumber(point: Point, hazard: HazardSides): SampleCheck {
  const { factor, offset } = point.scale ?? { factor: 1, offset: 0 };
  const low = point.range?.low ?? Number.NEGATIVE_INFINITY;
  const high = point.range?.high ?? Number.POSITIVE_INFINITY;
  const tolerance = point.range ? (high - low) * TOLERANCE : 0;
  const lowest = low - tolerance;
  const highest = high + tolerance;

  return (value, quality, into) => {
    if (typeof value !== 'number') return reject(into, withoutValue(value, quality));
    const scaled = value * factor + offset;
    if (!Number.isFinite(scaled)) return reject(into, quality.level === 'bad' ? quality : bad('decode', quality.raw));
    into.value = scaled;
    into.side = scaled > highest ? 'above' : scaled < lowest ? 'below' : 'inside';
    into.quality = quality;
    if (quality.level === 'bad') return;
    if (quality.level === 'uncertain') {
      if (quality.reason === 'over-range') into.side = 'above';
      else if (quality.reason === 'under-range') into.side = 'below';
      else return;
    }
    if (into.side === 'above') into.quality = hazard.above ? GOOD : uncertain('over-range', quality.raw);
    else if (into.side === 'below') into.quality = hazard.below ? GOOD : uncertain('under-range', quality.raw);
  };
}
