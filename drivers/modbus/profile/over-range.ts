import type { ConditionName } from '#config/device-words.ts';
import type { DeviceChannel } from '#config/device-profile.ts';
import type { Quality } from '#agent/model/quality.ts';

export interface Seen {
  readonly value: number | Quality;
  readonly side: 'inside' | 'over' | 'under';
  /** The value is not what the sensor says now, but the highest since it went over range. */
  readonly isHeld: boolean;
  readonly peak?: number;
}

/** As far beyond the range as transmitters are linear (NAMUR NE 43), as a part of the span. */
const TOLERANCE = 0.02;

/**
 * Where a reading lies, and the latch of a catalytic sensor: in a mixture too rich to burn its reading falls although the
 * danger grows. Its highest value is told until somebody has been at the sensor.
 */
export class OverRange {
  readonly #low: number;
  readonly #high: number;
  readonly #isLatching: boolean;

  constructor(reading: string, { readings, latchesOverRange }: DeviceChannel) {
    const range = readings[reading]?.range;
    const tolerance = range ? (range.high - range.low) * TOLERANCE : 0;
    this.#low = range ? range.low - tolerance : -Infinity;
    this.#high = range ? range.high + tolerance : Infinity;
    this.#isLatching = latchesOverRange;
  }

  see(value: number | Quality, verdicts: ReadonlyMap<ConditionName, boolean>, peak: number | undefined): Seen {
    const isServed = (['inhibit', 'calibration', 'warm-up'] as const).some((name) => verdicts.get(name) === true);
    const kept = isServed ? undefined : peak;
    if (typeof value !== 'number')
      return { value, side: 'inside', isHeld: false, ...(kept !== undefined && { peak: kept }) };
    const isOver = verdicts.get('over') === true || value > this.#high;
    if (!this.#isLatching || isServed || (!isOver && kept === undefined))
      return { value, side: isOver ? 'over' : value < this.#low ? 'under' : 'inside', isHeld: false };
    const highest = Math.max(value, kept ?? value);
    return { value: highest, side: 'over', isHeld: highest > value, peak: highest };
  }
}
