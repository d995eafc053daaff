/** What a point's silence has made of its last value. */
export type StaleLevel = 'uncertain' | 'bad';

/** A value is bad when it is this many times older than its limit; in between it is uncertain. */
const BAD_AFTER = 3;

const SLOTS = 1024;
const NONE = -1;

const IDLE = 0;
const FRESH = 1;
const UNCERTAIN = 2;
const BAD = 3;

/**
 * Ages of a source's points on the monotonic clock, by index. Fresh → uncertain after the point's limit → bad after
 * three times the limit; each step is told once.
 *
 * A sample costs two array writes. A point stands in one slot of a wheel and is looked at when that slot comes round,
 * which is once per limit and not once per tick: 100,000 points of 10 s are 10,000 looks a second. Memory is fixed by
 * the number of points.
 */
export class Staleness {
  readonly #limits: Float64Array;
  readonly #seenAt: Float64Array;
  readonly #level: Uint8Array;
  readonly #queued: Uint8Array;
  /** Next point in the same slot. */
  readonly #next: Int32Array;
  readonly #heads = new Int32Array(SLOTS).fill(NONE);
  readonly #tickMs: number;
  #turn: number;
  #aliveAt = Number.NEGATIVE_INFINITY;
  #stale = 0;

  /** `limitsMs[index]` is the point's `staleAfterMs`; `tickMs` is how often {@link expire} will be called. */
  constructor(limitsMs: readonly number[], tickMs: number, now: number) {
    this.#limits = Float64Array.from(limitsMs);
    this.#seenAt = new Float64Array(limitsMs.length);
    this.#level = new Uint8Array(limitsMs.length);
    this.#queued = new Uint8Array(limitsMs.length);
    this.#next = new Int32Array(limitsMs.length).fill(NONE);
    this.#tickMs = tickMs;
    this.#turn = Math.floor(now / tickMs);
  }

  /** How many points are uncertain or bad by age. */
  get stale(): number {
    return this.#stale;
  }

  /** The point has a usable value now. */
  seen(index: number, now: number): void {
    this.#seenAt[index] = now;
    if (this.#level[index] === FRESH) return;
    this.#leave(index);
    this.#level[index] = FRESH;
    if (this.#queued[index] === 0) this.#queue(index, now + this.#limit(index));
  }

  /** The point has no usable value (its sample says why), so it has no age either. */
  dismiss(index: number): void {
    this.#leave(index);
    this.#level[index] = IDLE;
  }

  /** The connection is lost: no point has an age until it is seen again. */
  dismissAll(): void {
    this.#level.fill(IDLE);
    this.#stale = 0;
    this.#aliveAt = Number.NEGATIVE_INFINITY;
  }

  /**
   * The device proved that nothing changed: every value is as young as this moment. Points that had become stale are
   * handed to `revived` and are fresh again.
   */
  keepAlive(now: number, revived: (index: number) => void): void {
    this.#aliveAt = now;
    if (this.#stale === 0) return;
    for (let index = 0; index < this.#level.length; index++) {
      const level = this.#level[index];
      if (level !== UNCERTAIN && level !== BAD) continue;
      this.seen(index, now);
      revived(index);
    }
  }

  /** Looks at the points whose turn has come and tells each that has become older than its limits. */
  expire(now: number, tell: (index: number, level: StaleLevel) => void): void {
    const until = Math.floor(now / this.#tickMs);
    // After a pause longer than a whole round every slot needs one look, not several.
    this.#turn = Math.max(this.#turn, until - SLOTS);
    while (this.#turn < until) {
      this.#turn += 1;
      const slot = this.#turn % SLOTS;
      let index = this.#heads[slot] ?? NONE;
      this.#heads[slot] = NONE;
      while (index !== NONE) {
        const next = this.#next[index] ?? NONE;
        this.#queued[index] = 0;
        this.#look(index, now, tell);
        index = next;
      }
    }
  }

  #look(index: number, now: number, tell: (index: number, level: StaleLevel) => void): void {
    const level = this.#level[index];
    if (level === IDLE || level === BAD) return;
    const limit = this.#limit(index);
    const seenAt = Math.max(this.#seenAt[index] ?? 0, this.#aliveAt);
    const age = now - seenAt;
    if (age < limit) return this.#queue(index, seenAt + limit);
    if (age >= limit * BAD_AFTER) {
      if (level === FRESH) this.#stale += 1;
      this.#level[index] = BAD;
      return tell(index, 'bad');
    }
    // Not later than one limit from now, so that a point seen again meanwhile is never looked at too late.
    this.#queue(index, Math.min(seenAt + limit * BAD_AFTER, now + limit));
    if (level === UNCERTAIN) return;
    this.#stale += 1;
    this.#level[index] = UNCERTAIN;
    tell(index, 'uncertain');
  }

  #queue(index: number, due: number): void {
    const wanted = Math.ceil(due / this.#tickMs);
    const turn = Math.min(Math.max(wanted, this.#turn + 1), this.#turn + SLOTS - 1);
    const slot = turn % SLOTS;
    this.#next[index] = this.#heads[slot] ?? NONE;
    this.#heads[slot] = index;
    this.#queued[index] = 1;
  }

  #leave(index: number): void {
    if (this.#level[index] === UNCERTAIN || this.#level[index] === BAD) this.#stale -= 1;
  }

  #limit(index: number): number {
    return this.#limits[index] ?? 0;
  }
}
