import type { Clock } from '#agent/model/clock.ts';
import { JumpDetector, type JumpRule, type Seen } from './jump-detector.ts';
import type { Heard } from './sentence-reader.ts';
import { MILL_LIMIT, type MillReading } from './sentence.ts';
import { StuckDetector, type Stuck, type StuckRule } from './stuck-detector.ts';

/** A field and when it arrived, UTC ms. */
interface TimedField {
  readonly field: number;
  readonly time: number;
}

/** What the mill said within one interval. */
export interface IntervalSummary {
  /** Whole sentences, faulty ones too. */
  readonly sentences: number;
  readonly damaged: number;
  readonly hasBytes: boolean;
  /** The last sentence's fault digit; 0 where none came. */
  readonly lastFault: number;
  /** Any sentence had a fault digit other than 0. */
  readonly hasFault: boolean;
  /** Of the readings that can be believed; absent where there was none. */
  readonly last?: TimedField;
  /** The one furthest from zero. */
  readonly peak?: TimedField;
  readonly isClipped: boolean;
  /** Largest change within the jump rule's time. kV/m */
  readonly step: number;
  readonly jumps: number;
  readonly jumpsTotal: number;
  readonly stuck?: Stuck;
}

interface Tally {
  sentences: number;
  damaged: number;
  hasBytes: boolean;
  lastFault: number;
  hasFault: boolean;
  last?: TimedField;
  peak?: TimedField;
  step: number;
  jumps: number;
}

/** Makes one summary out of some twenty readings a second, without losing an extreme or a jump. */
export class MillInterval {
  readonly #clock: Clock;
  readonly #jumps: JumpDetector;
  readonly #stuckness: StuckDetector;
  #stuck: Stuck | undefined;
  #jumpsTotal = 0;
  #tally = empty();

  constructor(clock: Clock, jump: JumpRule, stuck: StuckRule) {
    this.#clock = clock;
    this.#jumps = new JumpDetector(jump);
    this.#stuckness = new StuckDetector(stuck);
  }

  /** Bytes came, whatever they mean. */
  hear(heard: readonly Heard[]): void {
    this.#tally.hasBytes = true;
    for (const one of heard) {
      if (one.kind === 'damaged') this.#tally.damaged += 1;
      else if (one.kind === 'reading') this.#take(one.reading);
    }
  }

  /** Ends the interval and begins the next. */
  close(): IntervalSummary {
    const tally = this.#tally;
    this.#tally = empty();
    return {
      ...tally,
      isClipped: Math.abs(tally.peak?.field ?? 0) >= MILL_LIMIT,
      jumpsTotal: this.#jumpsTotal,
      ...(this.#stuck && { stuck: this.#stuck }),
    };
  }

  #take({ field, fault }: MillReading): void {
    const tally = this.#tally;
    tally.sentences += 1;
    tally.lastFault = fault;
    if (fault !== 0) {
      tally.hasFault = true;
      return;
    }
    const seen = { field, at: this.#clock.monotonic() };
    this.#stuck = this.#stuckness.take(field, seen.at);
    const { settled, step, isJump } = this.#jumps.take(seen);
    for (const one of settled) this.#believe(one, seen.at);
    tally.step = Math.max(tally.step, step);
    if (!isJump) return;
    tally.jumps += 1;
    this.#jumpsTotal += 1;
  }

  #believe({ field, at }: Seen, now: number): void {
    const timed = { field, time: this.#clock.now() - (now - at) };
    this.#tally.last = timed;
    const { peak } = this.#tally;
    if (!peak || Math.abs(field) > Math.abs(peak.field)) this.#tally.peak = timed;
  }
}

const empty = (): Tally => ({
  sentences: 0,
  damaged: 0,
  hasBytes: false,
  lastFault: 0,
  hasFault: false,
  step: 0,
  jumps: 0,
});
