import type { LightningTier, RaisedTier } from '#agent/model/lightning.ts';

/** One tier as one input holds it up. Plain JSON. */
export interface HeldTier {
  readonly tier: RaisedTier;
  /** What is left of the hold; it runs only while the input shows, in order, that it is below. Milliseconds. */
  readonly leftMs: number;
  /** Bits of Flag of what raised it. */
  readonly flags: number;
}

export interface HoldRule {
  readonly raiseAfterMs: number;
  readonly clearAfterMs: number;
}

const tiers: readonly RaisedTier[] = [1, 2, 3];

interface Hold {
  leftMs: number;
  flags: number;
}

/**
 * The tiers that one input has raised. Each has a hold of its own, so that a storm steps down as it came. All times are
 * monotonic. Doubt stops the hold where it is; it does not stop a raise whose delay has begun.
 */
export class TierHolds {
  readonly #rule: HoldRule;
  readonly #holds = new Map<RaisedTier, Hold>();
  /** Since when the input has shown at least this tier. */
  readonly #metSince = new Map<RaisedTier, number>();
  #level: LightningTier = 0;
  #flags = 0;
  #isInOrder = false;
  #at: number;

  constructor(rule: HoldRule, held: readonly HeldTier[], now: number) {
    this.#rule = rule;
    this.#at = now;
    for (const { tier, leftMs, flags } of held)
      this.#holds.set(tier, { leftMs: Math.min(leftMs, rule.clearAfterMs), flags });
  }

  get tier(): LightningTier {
    return tiers.findLast((tier) => this.#holds.has(tier)) ?? 0;
  }

  get flags(): number {
    let flags = 0;
    for (const hold of this.#holds.values()) flags |= hold.flags;
    return flags;
  }

  held(): HeldTier[] {
    return [...this.#holds].map(([tier, { leftMs, flags }]) => ({ tier, leftMs, flags }));
  }

  /** What is left of a tier's hold; 0 where it is not raised. */
  leftMs(tier: LightningTier): number {
    return tier === 0 ? 0 : (this.#holds.get(tier)?.leftMs ?? 0);
  }

  /** The input shows this tier now. */
  show(level: LightningTier, flags: number, now: number): void {
    this.advance(now);
    this.#level = level;
    this.#flags = flags;
    this.#isInOrder = true;
    for (const tier of tiers) {
      if (tier > level) this.#metSince.delete(tier);
      else if (!this.#metSince.has(tier)) this.#metSince.set(tier, now);
    }
    this.advance(now);
  }

  /** The input shows at least this tier, though not in order: it may raise, and lowers nothing. */
  showAtLeast(level: LightningTier, flags: number, now: number): void {
    if (level >= this.#level) this.show(level, flags, now);
    this.doubt(now);
  }

  /** Nothing is known of the input from now on. */
  doubt(now: number): void {
    this.advance(now);
    this.#isInOrder = false;
  }

  /** Raises this tier and those below at once, and holds them anew. */
  strike(upTo: RaisedTier, flags: number): void {
    for (const tier of tiers) if (tier <= upTo) this.#hold(tier, flags);
  }

  /** Holds what is raised up to this tier anew. */
  renew(upTo: RaisedTier): void {
    for (const [tier, hold] of this.#holds) if (tier <= upTo) hold.leftMs = this.#rule.clearAfterMs;
  }

  /** Lets time pass. */
  advance(now: number): void {
    const elapsed = Math.max(0, now - this.#at);
    this.#at = now;
    for (const tier of tiers) {
      if (tier <= this.#level) this.#raiseIfDue(tier, now);
      else if (this.#isInOrder) this.#countDown(tier, elapsed);
    }
  }

  /** Monotonic time of the next raise or end of a hold. */
  nextDue(): number | undefined {
    const due = [
      ...[...this.#metSince]
        .filter(([tier]) => !this.#holds.has(tier))
        .map(([, since]) => since + this.#rule.raiseAfterMs),
      ...(this.#isInOrder
        ? [...this.#holds].filter(([tier]) => tier > this.#level).map(([, { leftMs }]) => this.#at + leftMs)
        : []),
    ];
    return due.length === 0 ? undefined : Math.min(...due);
  }

  #raiseIfDue(tier: RaisedTier, now: number): void {
    const since = this.#metSince.get(tier);
    const isHeld = this.#holds.has(tier);
    if (isHeld || (since !== undefined && now - since >= this.#rule.raiseAfterMs)) this.#hold(tier, this.#flags);
  }

  #hold(tier: RaisedTier, flags: number): void {
    const before = this.#holds.get(tier)?.flags ?? 0;
    this.#holds.set(tier, { leftMs: this.#rule.clearAfterMs, flags: before | flags });
  }

  #countDown(tier: RaisedTier, elapsed: number): void {
    const hold = this.#holds.get(tier);
    if (!hold) return;
    hold.leftMs -= elapsed;
    if (hold.leftMs <= 0) this.#holds.delete(tier);
  }
}
