import { warningColours } from '#agent/model/warning-level.ts';
import type { WarningColour, WarningFormula } from '#agent/model/warning-level.ts';

/** A colour that rises at once and is lowered only when the score has been clearly below it for a while. */
export class HeldColour {
  readonly #formula: WarningFormula;
  #colour: WarningColour;
  /** Monotonic time since when the score has been clearly lower, and the highest colour that it had since. */
  #lower: { readonly since: number; readonly to: WarningColour } | undefined;

  constructor(formula: WarningFormula, colour: WarningColour) {
    this.#formula = formula;
    this.#colour = colour;
  }

  get colour(): WarningColour {
    return this.#colour;
  }

  /** @param now monotonic */
  show(score: number, now: number): void {
    const { lower } = this.#formula;
    const plain = this.#colourOf(score);
    if (rank(plain) >= rank(this.#colour)) {
      this.#colour = plain;
      this.#lower = undefined;
      return;
    }
    const clearly = this.#colourOf(score + lower.margin);
    if (rank(clearly) >= rank(this.#colour)) {
      this.#lower = undefined;
      return;
    }
    const to = this.#lower && rank(this.#lower.to) > rank(clearly) ? this.#lower.to : clearly;
    this.#lower = { since: this.#lower?.since ?? now, to };
    if (now - this.#lower.since < lower.afterMs) return;
    this.#colour = to;
    // What is lower still waits for its own time.
    this.#lower = rank(clearly) < rank(to) ? { since: now, to: clearly } : undefined;
  }

  /** Monotonic time at which it will be lowered if nothing changes. */
  nextDue(): number | undefined {
    return this.#lower && this.#lower.since + this.#formula.lower.afterMs;
  }

  #colourOf(score: number): WarningColour {
    const { steps } = this.#formula;
    if (score >= steps.red) return 'red';
    if (score >= steps.orange) return 'orange';
    return score >= steps.yellow ? 'yellow' : 'blue';
  }
}

export const rank = (colour: WarningColour): number => warningColours.indexOf(colour);
