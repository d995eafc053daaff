import { Flag } from '#agent/model/flags.ts';
import { isUsable, type QualityReason } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { LightningInput, LightningTier } from '#agent/model/lightning.ts';
import type { InputMemory } from './memory.ts';
import { TierHolds, type HoldRule } from './tier-holds.ts';

/** What of an input's flags holds for what is derived from it too. */
const TRAVELLING = Flag.sim | Flag.forced | Flag.maintenance;

/** A reading beyond the instrument's range is a storm overhead sooner than a fault. */
const beyondRange: readonly QualityReason[] = ['over-range', 'under-range'];

export const inputKey = ({ kind, point }: LightningInput): string => `${kind} ${point}`;

/** One input: what its samples say of the tier, and what it holds up. */
export class InputWatch {
  readonly holds: TierHolds;
  readonly #input: LightningInput;
  #value: Sample['value'] = null;
  #doubt: QualityReason | undefined = 'not-yet-read';
  #flags = 0;
  #total: number | undefined;
  /** Monotonic times of the last jumps, as many as it takes to raise. */
  #jumps: number[] = [];

  constructor(input: LightningInput, rule: HoldRule, memory: InputMemory | undefined, now: number) {
    this.#input = input;
    this.#total = memory?.total;
    this.holds = new TierHolds(rule, memory?.held ?? [], now);
  }

  /** Why nothing is known of the input now; undefined when it is in order. */
  get doubt(): QualityReason | undefined {
    return this.#doubt;
  }

  /** The input and its last value, in words. */
  get words(): string {
    return `${this.#input.point} shows ${String(this.#value)}`;
  }

  /** Flags of the last sample and of what raised the tiers that it holds up. */
  get flags(): number {
    return this.#flags | this.holds.flags;
  }

  memory(): InputMemory {
    return {
      input: inputKey(this.#input),
      held: this.holds.held(),
      ...(this.#total !== undefined && { total: this.#total }),
    };
  }

  take({ value, quality, flags }: Sample, now: number): void {
    this.#value = value;
    this.#flags = flags & TRAVELLING;
    if (isUsable(quality)) {
      const isUnderstood = this.#input.kind === 'jumps' ? this.#count(value, now) : this.#level(value, now);
      this.#doubt = isUnderstood ? undefined : 'wrong-type';
    } else {
      this.#doubt = quality.reason;
      if (beyondRange.includes(quality.reason ?? 'stale')) this.#atLeast(value, now);
    }
    if (this.#doubt) this.holds.doubt(now);
  }

  #level(value: Sample['value'], now: number): boolean {
    const tier = this.#tierOf(value);
    if (tier === undefined) return false;
    this.holds.show(tier, this.#flags, now);
    return true;
  }

  #atLeast(value: Sample['value'], now: number): void {
    const tier = this.#input.kind === 'jumps' ? undefined : this.#tierOf(value);
    if (tier !== undefined) this.holds.showAtLeast(tier, this.#flags, now);
  }

  #tierOf(value: Sample['value']): LightningTier | undefined {
    if (this.#input.kind === 'level') return this.#input.tiers[String(value)];
    if (this.#input.kind !== 'field' || typeof value !== 'number') return undefined;
    const size = Math.abs(value);
    return this.#input.tiers.filter((limit) => size >= limit).length as LightningTier;
  }

  #count(value: Sample['value'], now: number): boolean {
    if (this.#input.kind !== 'jumps' || typeof value !== 'number' || value < 0) return false;
    const { counts, atLeast, withinMs, tier } = this.#input;
    this.holds.show(0, this.#flags, now);
    const jumps = counts === 'interval' ? value : this.#increase(value);
    if (jumps <= 0) return true;
    const arrived = Array.from({ length: Math.min(jumps, atLeast) }, () => now);
    this.#jumps = [...this.#jumps.filter((at) => now - at <= withinMs), ...arrived].slice(-atLeast);
    if (this.#jumps.length >= atLeast) this.holds.strike(tier, this.#flags);
    else this.holds.renew(tier);
    return true;
  }

  /** A counter that went back has started anew, and all that it shows is new. */
  #increase(total: number): number {
    const before = this.#total;
    this.#total = total;
    if (before === undefined) return 0;
    return total < before ? total : total - before;
  }
}
