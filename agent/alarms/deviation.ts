import type { Condition, ConditionOf, Reading, Verdict } from './condition.ts';
import { trustedNumber } from './condition.ts';

/** |value − target| at or beyond the setpoint. Where the target is a point, both must be good to be judged. */
export class Deviation implements Condition {
  readonly #reading: Reading;
  readonly #target: number | Reading;
  readonly #setpoint: number;
  readonly #returnBelow: number;

  constructor(reading: Reading, target: number | Reading, condition: ConditionOf<'deviation'>) {
    this.#reading = reading;
    this.#target = target;
    this.#setpoint = condition.setpoint;
    this.#returnBelow = condition.setpoint - condition.deadband;
  }

  judge(holds: boolean): Verdict {
    const to = this.#target;
    if (this.#reading.sample === undefined || (typeof to === 'object' && to.sample === undefined)) return 'unknown';
    const target = typeof to === 'number' ? to : trustedNumber(to);
    const distance = Math.abs(trustedNumber(this.#reading) - target);
    if (Number.isNaN(distance)) return 'untrusted';
    if (distance >= this.#setpoint) return 'in';
    return holds && distance >= this.#returnBelow ? 'in' : 'out';
  }
}
