import { MILL_LIMIT } from './sentence.ts';

export interface StuckRule {
  /** Identical readings for so long. */
  readonly sameMs: number;
  /** Readings about zero for so long. */
  readonly flatMs: number;
  /** How far about zero. kV/m */
  readonly flatWithin: number;
}

export type Stuck = 'same' | 'flat';

/** After a longer silence nothing is known of the time between. */
const LONGEST_GAP_MS = 2000;

/**
 * Knows a mill that goes on talking though it no longer measures. A rotor that stands still shows next to nothing; a
 * frozen output repeats itself to the last digit. The field of a fair day does neither: it is about 0.1 kV/m and never
 * quite still. A clipped reading repeats itself too, and is the worst of storms, so it is never stuck.
 */
export class StuckDetector {
  readonly #rule: StuckRule;
  #last: { readonly at: number; readonly field: number } | undefined;
  #sameSince = 0;
  #flatSince = 0;

  constructor(rule: StuckRule) {
    this.#rule = rule;
  }

  take(field: number, at: number): Stuck | undefined {
    const isNew = !this.#last || at - this.#last.at > LONGEST_GAP_MS;
    const size = Math.abs(field);
    if (isNew || field !== this.#last?.field || size >= MILL_LIMIT) this.#sameSince = at;
    if (isNew || size > this.#rule.flatWithin) this.#flatSince = at;
    this.#last = { at, field };
    if (at - this.#sameSince >= this.#rule.sameMs) return 'same';
    return at - this.#flatSince >= this.#rule.flatMs ? 'flat' : undefined;
  }
}
