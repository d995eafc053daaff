import type { WindowFigure } from '#agent/model/composite-rule.ts';
import type { Sample } from '#agent/model/sample.ts';
import { UNKNOWN } from './evaluate.ts';
import type { RuleValue } from './evaluate.ts';

/** A window is kept as so many parts, whatever comes: it slides by one of them. */
const PARTS = 60;

interface Part {
  /** Number of the part since the clock began. */
  readonly number: number;
  /** Time within it that a good value covers. Milliseconds. */
  coveredMs: number;
  /** Of numbers: value × time. */
  sum: number;
  min: number;
  max: number;
  /** The value has changed within it, or differs from the one before. */
  isChanged: boolean;
  /** The value as it began. */
  first: RuleValue;
}

/**
 * The values of one point over the last so many milliseconds, each held until the next. Bounded: {@link PARTS} sums. Times
 * are monotonic. What was not good leaves a hole, and a window with a hole has no figures.
 */
export class ValueWindow {
  readonly #partMs: number;
  #parts: Part[] = [];
  #value: RuleValue = UNKNOWN;
  /** The last good value, for what changes across a hole. */
  #before: RuleValue = UNKNOWN;
  #at: number;

  constructor(lengthMs: number, now: number) {
    this.#partMs = lengthMs / PARTS;
    this.#at = now;
  }

  take({ value, quality }: Sample, now: number): void {
    this.advance(now);
    this.#value = quality.level === 'good' && value !== null ? value : UNKNOWN;
    if (this.#value === UNKNOWN) return;
    const part = this.#partAt(now);
    if (this.#before !== UNKNOWN && this.#before !== this.#value) part.isChanged = true;
    this.#before = this.#value;
    this.#note(part, 0);
  }

  /** Lets the present value last until now. */
  advance(now: number): void {
    while (this.#at < now) {
      const part = this.#partAt(this.#at);
      const end = Math.min(now, (part.number + 1) * this.#partMs);
      // Nothing moves where floating point has no step between.
      const next = end > this.#at ? end : now;
      if (this.#value !== UNKNOWN) this.#note(part, next - this.#at);
      // A long silence has only its last parts to tell.
      this.#at = Math.max(next, now - this.#partMs * (PARTS + 1));
    }
    const oldest = Math.floor(now / this.#partMs) - PARTS;
    if ((this.#parts[0]?.number ?? oldest) < oldest) this.#parts = this.#parts.filter(({ number }) => number >= oldest);
  }

  /** After {@link advance}. */
  figure(of: WindowFigure): RuleValue {
    const covered = this.#parts.reduce((sum, part) => sum + part.coveredMs, 0);
    if (this.#value === UNKNOWN || covered < this.#partMs * (PARTS - 0.5)) return UNKNOWN;
    switch (of) {
      case 'changed':
        return this.#parts.some(({ isChanged }) => isChanged);
      case 'min':
        return known(Math.min(...this.#parts.map(({ min }) => min)));
      case 'max':
        return known(Math.max(...this.#parts.map(({ max }) => max)));
      case 'avg':
        return known(this.#parts.reduce((sum, part) => sum + part.sum, 0) / covered);
      case 'rise':
        break;
    }
    const first = this.#parts[0]?.first;
    return typeof first === 'number' && typeof this.#value === 'number' ? this.#value - first : UNKNOWN;
  }

  /** How often it must be looked at again, for it changes by time alone. Milliseconds. */
  get stepMs(): number {
    return Math.max(1000, this.#partMs);
  }

  #partAt(time: number): Part {
    const number = Math.floor(time / this.#partMs);
    const last = this.#parts.at(-1);
    if (last && last.number >= number) return last;
    const part: Part = {
      number,
      coveredMs: 0,
      sum: 0,
      min: Number.POSITIVE_INFINITY,
      max: Number.NEGATIVE_INFINITY,
      isChanged: false,
      first: this.#value,
    };
    this.#parts.push(part);
    return part;
  }

  #note(part: Part, ms: number): void {
    const value = this.#value;
    part.coveredMs += ms;
    if (part.first === UNKNOWN) part.first = value;
    const number = typeof value === 'number' ? value : Number.NaN;
    part.sum += number * ms;
    part.min = Math.min(part.min, number);
    part.max = Math.max(part.max, number);
  }
}

const known = (value: number): RuleValue => (Number.isFinite(value) ? value : UNKNOWN);
