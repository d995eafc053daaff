import type { Clock } from '#agent/model/clock.ts';
import type { CompositeRuleDefinition } from '#agent/model/composite-rule.ts';
import type { Derivation, Derived } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { Flag, hasFlag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { GOOD, uncertain } from '#agent/model/quality.ts';
import type { Quality, QualityReason } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { compile, UNKNOWN } from './evaluate.ts';
import type { Evaluate, RuleView } from './evaluate.ts';
import type { RuleMemory } from './memory.ts';
import { ValueWindow } from './value-window.ts';

/** Inputs that an event names, the others are counted. */
const MOST_NAMED = 8;
/** Flags of an input that say something of what rests on it. */
const TRAVELLING = Flag.sim | Flag.inhibit | Flag.maintenance | Flag.forced | Flag.clockSuspect;

/**
 * A rule over several points: raised when it has been true for its time, lowered when it has been false for its time. What
 * is not known holds it where it is and is told as uncertain. Evaluated when an input has changed, once a batch.
 *
 * @param memory what an earlier one of the same id told last
 */
export const createCompositeRule = (
  definition: CompositeRuleDefinition,
  clock: Clock,
  memory?: RuleMemory,
): Derivation<RuleMemory> => new CompositeRule(definition, clock, memory);

class CompositeRule implements Derivation<RuleMemory> {
  readonly id: string;
  readonly inputs: ReadonlySet<PointId>;
  readonly #definition: CompositeRuleDefinition;
  readonly #clock: Clock;
  readonly #evaluate: Evaluate;
  readonly #samples: (Sample | undefined)[];
  readonly #windows: readonly ValueWindow[];
  readonly #indexOf: ReadonlyMap<PointId, number>;
  readonly #view: RuleView;
  #verdict: boolean | typeof UNKNOWN = UNKNOWN;
  #isRaised: boolean;
  #raisedFlags: number;
  /** How long the verdict has been the other than the state, time in doubt left out. */
  #towardsMs = 0;
  #at: number;
  #windowsDue = Number.POSITIVE_INFINITY;
  #repeatAt: number;
  #told = '';

  constructor(definition: CompositeRuleDefinition, clock: Clock, memory?: RuleMemory) {
    const now = clock.monotonic();
    this.id = definition.id;
    this.inputs = new Set(definition.inputs);
    this.#definition = definition;
    this.#clock = clock;
    this.#evaluate = compile(definition.when);
    this.#samples = definition.inputs.map(() => undefined);
    this.#windows = definition.windows.map(({ lengthMs }) => new ValueWindow(lengthMs, now));
    this.#indexOf = new Map(definition.inputs.map((point, index) => [point, index]));
    this.#view = {
      sample: (input) => this.#samples[input],
      figure: (window, of) => this.#windows[window]?.figure(of) ?? UNKNOWN,
    };
    this.#isRaised = memory?.isRaised ?? false;
    this.#raisedFlags = memory?.flags ?? 0;
    this.#at = now;
    this.#repeatAt = now;
    this.#planWindows(now);
  }

  onSamples(samples: readonly Sample[]): Derived<RuleMemory> {
    const now = this.#clock.monotonic();
    let isChanged = false;
    for (const sample of samples) {
      const index = this.#indexOf.get(sample.point);
      if (index === undefined || hasFlag(sample.flags, 'backfilled')) continue;
      for (const [at, { input }] of this.#definition.windows.entries())
        if (input === index) this.#windows[at]?.take(sample, now);
      const before = this.#samples[index];
      this.#samples[index] = sample;
      isChanged ||=
        before?.value !== sample.value || before.quality !== sample.quality || before.flags !== sample.flags;
    }
    return this.#settle(now, isChanged);
  }

  onTick(): Derived<RuleMemory> {
    return this.#settle(this.#clock.monotonic(), false);
  }

  nextDue(): number {
    return Math.min(this.#repeatAt, this.#windowsDue, this.#turnsAt());
  }

  memory(): RuleMemory {
    return { isRaised: this.#isRaised, flags: this.#raisedFlags };
  }

  /** What the page shows: the rule as written, and what it makes of it now. */
  view(): unknown {
    return { when: this.#definition.text, isRaised: this.#isRaised, now: verdictText(this.#verdict) };
  }

  #settle(now: number, isChanged: boolean): Derived<RuleMemory> {
    const was = this.#isRaised;
    this.#pass(now);
    if (isChanged || now >= this.#windowsDue) {
      for (const window of this.#windows) window.advance(now);
      const value = this.#evaluate(this.#view);
      this.#verdict = typeof value === 'boolean' ? value : UNKNOWN;
      this.#planWindows(now);
      this.#pass(now);
    }
    const isTurned = was !== this.#isRaised;
    const flags = this.#samples.reduce((all, sample) => all | ((sample?.flags ?? 0) & TRAVELLING), 0);
    if (isTurned) this.#raisedFlags = this.#isRaised ? flags : 0;
    const quality = this.#quality();
    const told = `${this.#isRaised} ${quality.level} ${quality.reason ?? ''} ${flags}`;
    const isDue = told !== this.#told || now >= this.#repeatAt;
    // The first one is told at a place of its own in the period, so that thousands of rules do not all speak at once.
    if (isDue) this.#repeatAt = now + this.#definition.repeatMs * (this.#told === '' ? phaseOf(this.id) : 1);
    this.#told = told;
    return {
      samples: isDue ? [this.#sample(quality, flags)] : [],
      events: isTurned && this.#isRaised ? [this.#event(flags)] : [],
      ...(isTurned && { memory: this.memory() }),
    };
  }

  /** Lets the verdict last until now. */
  #pass(now: number): void {
    const elapsed = Math.max(0, now - this.#at);
    this.#at = now;
    if (this.#verdict === UNKNOWN) return;
    if (this.#verdict === this.#isRaised) {
      this.#towardsMs = 0;
      return;
    }
    this.#towardsMs += elapsed;
    if (this.#towardsMs >= this.#delayMs()) {
      this.#isRaised = this.#verdict;
      this.#towardsMs = 0;
    }
  }

  #delayMs(): number {
    return this.#isRaised ? this.#definition.clearAfterMs : this.#definition.forMs;
  }

  #turnsAt(): number {
    if (this.#verdict === UNKNOWN || this.#verdict === this.#isRaised) return Number.POSITIVE_INFINITY;
    return this.#at + this.#delayMs() - this.#towardsMs;
  }

  #planWindows(now: number): void {
    this.#windowsDue = Math.min(Number.POSITIVE_INFINITY, ...this.#windows.map(({ stepMs }) => now + stepMs));
  }

  #quality(): Quality {
    return this.#verdict === UNKNOWN ? uncertain(this.#doubt()) : GOOD;
  }

  #doubt(): QualityReason {
    for (const sample of this.#samples) {
      if (!sample) return 'not-yet-read';
      if (sample.quality.level !== 'good') return sample.quality.reason;
    }
    return this.#windows.length > 0 ? 'not-yet-read' : 'wrong-type';
  }

  #sample(quality: Quality, flags: number): Sample {
    const time = this.#clock.now();
    return {
      point: this.#definition.point,
      value: this.#isRaised,
      quality,
      sourceTime: time,
      receiveTime: time,
      flags: this.#isRaised ? flags | this.#raisedFlags : flags,
    };
  }

  #event(flags: number): SiteEvent {
    const { point, text, inputs } = this.#definition;
    const named = inputs.slice(0, MOST_NAMED).map((input, index) => `${input} ${valueText(this.#samples[index])}`);
    const others = inputs.length - named.length;
    return {
      time: this.#clock.now(),
      kind: 'rule.raised',
      point,
      text: `${point}: ${text}; ${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`,
      detail: { rule: point },
      flags,
    };
  }
}

const valueText = (sample: Sample | undefined): string =>
  sample === undefined || sample.value === null
    ? 'unknown'
    : `= ${String(sample.value)}${sample.quality.level === 'good' ? '' : ` (${sample.quality.reason})`}`;

const verdictText = (verdict: boolean | typeof UNKNOWN): boolean | 'unknown' =>
  verdict === UNKNOWN ? 'unknown' : verdict;

/** Between 0 and 1, always the same for one id. */
function phaseOf(id: string): number {
  let hash = 0;
  for (let index = 0; index < id.length; index += 1) hash = (hash * 31 + id.charCodeAt(index)) % 1009;
  return (hash + 1) / 1009;
}
