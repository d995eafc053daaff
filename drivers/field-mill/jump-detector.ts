export interface JumpRule {
  /** Smallest change that is a jump. kV/m */
  readonly step: number;
  readonly withinMs: number;
}

/** A reading and its time on the monotonic clock. */
export interface Seen {
  readonly at: number;
  readonly field: number;
}

export interface Judged {
  /** The readings that can be believed now: none, this one, or this one after the one that it confirms. */
  readonly settled: readonly Seen[];
  /** Change since the furthest reading within the rule's time; 0 while nothing is settled. kV/m */
  readonly step: number;
  readonly isJump: boolean;
}

/** A jump of this share of the rule must still be there in the next reading. */
const CONFIRMED_SHARE = 0.5;
/** So many readings in a row that stand alone are no accidents: the field itself is as wild as that. */
const MOST_ALONE = 3;

const NOTHING: Judged = { settled: [], step: 0, isJump: false };

/**
 * Finds the sudden changes that a flash of lightning leaves in the field: within some readings, with or without a change
 * of polarity. The field comes back within seconds, up to 2 kV/m in each, which is no flash. A reading that is a jump away from those before it is believed when the next one
 * confirms it. What stands alone was a raindrop, an insect, or a line damaged twice in a way that its 8-bit sum does not
 * show, and is neither a jump nor an extreme.
 */
export class JumpDetector {
  readonly #rule: JumpRule;
  #window: Seen[] = [];
  #waiting: Seen | undefined;
  #alone = 0;

  constructor(rule: JumpRule) {
    this.#rule = rule;
  }

  take(current: Seen): Judged {
    const { step: limit, withinMs } = this.#rule;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    // What waits for its confirmation is compared with what was in reach of it, not of its confirmation.
    const reference = waiting?.at ?? current.at;
    this.#window = this.#window.filter(({ at }) => reference - at <= withinMs);
    const change = furthestChange(this.#window, current.field);
    const size = Math.abs(change);
    if (waiting && current.at - waiting.at <= withinMs && this.#confirms(waiting, change)) {
      this.#alone = 0;
      this.#window = [current];
      return { settled: [waiting, current], step: size, isJump: true };
    }
    if (size >= limit && this.#alone < MOST_ALONE) {
      this.#alone += 1;
      this.#waiting = current;
      return NOTHING;
    }
    this.#alone = 0;
    this.#window.push(current);
    return { settled: [current], step: size, isJump: false };
  }

  #confirms(waiting: Seen, change: number): boolean {
    const first = furthestChange(this.#window, waiting.field);
    return Math.sign(first) === Math.sign(change) && Math.abs(change) >= this.#rule.step * CONFIRMED_SHARE;
  }
}

/** Signed, from the reading in the window that is furthest away. */
function furthestChange(window: readonly Seen[], field: number): number {
  let furthest = 0;
  for (const seen of window) {
    const change = field - seen.field;
    if (Math.abs(change) > Math.abs(furthest)) furthest = change;
  }
  return furthest;
}
