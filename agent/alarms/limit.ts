import type { Condition, Reading, Verdict } from './condition.ts';
import { trustedNumber } from './condition.ts';

/** HH and H: at the setpoint is in alarm; out again only below setpoint − deadband. */
export class HighLimit implements Condition {
  readonly #reading: Reading;
  readonly #setpoint: number;
  readonly #returnBelow: number;

  constructor(reading: Reading, setpoint: number, deadband: number) {
    this.#reading = reading;
    this.#setpoint = setpoint;
    this.#returnBelow = setpoint - deadband;
  }

  judge(holds: boolean): Verdict {
    const value = trustedNumber(this.#reading);
    if (Number.isNaN(value)) return 'untrusted';
    if (value >= this.#setpoint) return 'in';
    return holds && value >= this.#returnBelow ? 'in' : 'out';
  }
}

/** L and LL: at the setpoint is in alarm; out again only above setpoint + deadband. */
export class LowLimit implements Condition {
  readonly #reading: Reading;
  readonly #setpoint: number;
  readonly #returnAbove: number;

  constructor(reading: Reading, setpoint: number, deadband: number) {
    this.#reading = reading;
    this.#setpoint = setpoint;
    this.#returnAbove = setpoint + deadband;
  }

  judge(holds: boolean): Verdict {
    const value = trustedNumber(this.#reading);
    if (Number.isNaN(value)) return 'untrusted';
    if (value <= this.#setpoint) return 'in';
    return holds && value <= this.#returnAbove ? 'in' : 'out';
  }
}
