import { hasFlag } from '#agent/model/flags.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { Condition, ConditionOf, Reading, Verdict } from './condition.ts';
import { trustedNumber } from './condition.ts';

/** A window is kept at this many steps; samples that come faster overwrite the newest one. Bounds the memory. */
const stepsPerWindow = 32;

interface Step {
  readonly timeMs: number;
  readonly value: number;
}

/**
 * Change over the window, per second, at or beyond the limit.
 *
 * A value stands until the next one (sources report by exception), so the change is measured against the value that
 * stood when the window began. Until a whole window has been seen, and after every doubtful sample, nothing is judged:
 * two values on both sides of a hole say nothing of the speed between them.
 */
export class RateOfChange implements Condition {
  readonly recheckMs: number;
  readonly #reading: Reading;
  readonly #condition: ConditionOf<'rate-of-change'>;
  readonly #steps: Step[] = [];
  #judged: Sample | undefined;
  #judgedAtMs = 0;

  constructor(reading: Reading, condition: ConditionOf<'rate-of-change'>) {
    this.#reading = reading;
    this.#condition = condition;
    this.recheckMs = condition.windowMs;
  }

  judge(holds: boolean, monotonicMs: number): Verdict {
    const { sample } = this.#reading;
    const value = trustedNumber(this.#reading);
    if (sample === undefined || Number.isNaN(value)) {
      this.#steps.length = 0;
      return 'untrusted';
    }
    const newest = this.#steps.at(-1);
    if (sample !== this.#judged || newest === undefined) {
      this.#judged = sample;
      this.#judgedAtMs = monotonicMs;
      this.#remember({ timeMs: hasFlag(sample.flags, 'clockSuspect') ? sample.receiveTime : sample.sourceTime, value });
    }
    const endMs = (this.#steps.at(-1)?.timeMs ?? 0) + (monotonicMs - this.#judgedAtMs);
    const start = this.#valueAt(endMs - this.#condition.windowMs);
    if (start === undefined) return 'unknown';
    return this.#compare((value - start) / (this.#condition.windowMs / 1000), holds);
  }

  #compare(perSecond: number, holds: boolean): Verdict {
    const { direction, deadband } = this.#condition;
    const speed = direction === 'rising' ? perSecond : direction === 'falling' ? -perSecond : Math.abs(perSecond);
    if (speed >= this.#condition.perSecond) return 'in';
    return holds && speed >= this.#condition.perSecond - deadband ? 'in' : 'out';
  }

  #remember(step: Step): void {
    const steps = this.#steps;
    const newest = steps.at(-1);
    // The device's clock was set back: what is remembered has no place on the new time line.
    if (newest !== undefined && step.timeMs < newest.timeMs) steps.length = 0;
    const before = steps.at(-2);
    const isDense = before !== undefined && step.timeMs - before.timeMs < this.#condition.windowMs / stepsPerWindow;
    if (isDense || newest?.timeMs === step.timeMs) steps.pop();
    steps.push(step);
  }

  /** The value that stood at this time, by source time; forgets what is older. */
  #valueAt(timeMs: number): number | undefined {
    const steps = this.#steps;
    let first = 0;
    while (first + 1 < steps.length && (steps[first + 1]?.timeMs ?? Infinity) <= timeMs) first += 1;
    if (first > 0) steps.splice(0, first);
    const start = steps[0];
    return start !== undefined && start.timeMs <= timeMs ? start.value : undefined;
  }
}
