export interface JumpRule {
  /** Smallest change that is a jump. kV/m */
  readonly step: number;
  readonly withinMs: number;
}

interface Seen {
  readonly at: number;
  readonly field: number;
}

/** A jump of this share of the rule must still be there in the next reading. */
const CONFIRMED_SHARE = 0.5;

/**
 * Finds the sudden changes that a flash of lightning leaves in the field: within a second, with or without a change of
 * polarity, and slow to recover. A jump counts when the next reading still shows it; what is gone after one reading was
 * a raindrop, an insect or a damaged byte, and neither counts nor is compared with what follows.
 */
export class JumpDetector {
  readonly #rule: JumpRule;
  #window: Seen[] = [];
  #unconfirmed: Seen | undefined;

  constructor(rule: JumpRule) {
    this.#rule = rule;
  }

  /** `at` is monotonic. Tells the change since the window's furthest reading, and whether a jump is confirmed by this. */
  take(field: number, at: number): { readonly step: number; readonly isJump: boolean } {
    const { step: limit, withinMs } = this.#rule;
    const current = { at, field };
    const waiting = this.#unconfirmed;
    // What waits for its confirmation is compared with what was in reach of it, not of its confirmation.
    this.#window = this.#window.filter((seen) => (waiting?.at ?? at) - seen.at <= withinMs);
    const change = this.#furthestChange(field);
    this.#unconfirmed = undefined;
    if (waiting && at - waiting.at <= withinMs && this.#confirms(waiting, change)) {
      this.#window = [current];
      return { step: Math.abs(change), isJump: true };
    }
    if (Math.abs(change) >= limit) {
      this.#unconfirmed = current;
      return { step: 0, isJump: false };
    }
    this.#window.push(current);
    return { step: Math.abs(change), isJump: false };
  }

  #confirms(waiting: Seen, change: number): boolean {
    const first = this.#furthestChange(waiting.field);
    return Math.sign(first) === Math.sign(change) && Math.abs(change) >= this.#rule.step * CONFIRMED_SHARE;
  }

  /** Signed, from the reading in the window that is furthest away. */
  #furthestChange(field: number): number {
    let furthest = 0;
    for (const seen of this.#window) {
      const change = field - seen.field;
      if (Math.abs(change) > Math.abs(furthest)) furthest = change;
    }
    return furthest;
  }
}
