import type { Clock } from '#agent/model/clock.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { Restamp } from './restamp.ts';

/** A difference between wall and monotonic time beyond this is a step, not drift within one upkeep. */
const STEP_MS = 1000;
/** After a step forward beyond this, ages are not believed for a while: a wrong clock must not expire the journal. */
const DISTRUST_STEP_MS = 60_000;
const DISTRUST_MS = 3_600_000;

const DOUBT_RECORDS_MS = 24 * 3_600_000;

export interface ClockStep {
  /** UTC ms. */
  readonly before: number;
  readonly after: number;
  /** Times since the start (or the step before) are wrong by as much, not by a little drift. */
  readonly wasUnsynchronised: boolean;
}

/** `stepMs`: what to add to times stamped before; `firstSample` and `lastSample`: records that it is to be added in. */
export const clockStepped = ({ before, after }: ClockStep, wrong?: Pick<Restamp, 'first' | 'last'>): SiteEvent => ({
  time: after,
  kind: 'clock.stepped',
  text: `The clock was set from ${isoTime(before)} to ${isoTime(after)}.${wrong ? ` It had been wrong since the start: add ${after - before} ms to the times of samples ${wrong.first} to ${wrong.last}.` : ''}`,
  detail: {
    before,
    after,
    stepMs: after - before,
    ...(wrong && { firstSample: wrong.first, lastSample: wrong.last }),
  },
  flags: 0,
});

/**
 * Tells when the wall clock steps, so that who reads the records can set right what was stamped before: a box without
 * a battery starts in the past and is corrected once it finds a time server.
 */
export class ClockWatch {
  readonly #clock: Clock;
  #wall: number;
  #monotonic: number;
  #distrustUntil = -Infinity;
  /** Behind what is on record since the start, and not set since. */
  #isBehind = false;
  readonly #startedAt: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wall = clock.now();
    this.#monotonic = clock.monotonic();
    this.#startedAt = this.#monotonic;
  }

  /** True while the clock is known to be wrong; after a day of that, what is on record is doubted instead. */
  get isBehind(): boolean {
    return this.#isBehind && this.#clock.monotonic() - this.#startedAt < DOUBT_RECORDS_MS;
  }

  /** At start: an event where the clock is behind `floor`, the youngest time that is on record. */
  atStart(floor: number): SiteEvent | undefined {
    const behindMs = floor - this.#wall;
    if (behindMs <= STEP_MS) return undefined;
    this.#isBehind = true;
    return {
      time: floor,
      kind: 'clock.behind',
      text: `The clock says ${isoTime(this.#wall)}, but records reach up to ${isoTime(floor)}: until it is corrected, times of samples are too early by at least ${Math.round(behindMs / 1000)} s.`,
      detail: { clock: this.#wall, floor, behindMs },
      flags: 0,
    };
  }

  /** Where the clock has stepped since the last call, what it said just before and just after. */
  check(): ClockStep | undefined {
    const wall = this.#clock.now();
    const monotonic = this.#clock.monotonic();
    const before = this.#wall + (monotonic - this.#monotonic);
    const stepMs = Math.round(wall - before);
    this.#wall = wall;
    this.#monotonic = monotonic;
    if (Math.abs(stepMs) <= STEP_MS) return undefined;
    if (stepMs > DISTRUST_STEP_MS) this.#distrustUntil = monotonic + DISTRUST_MS;
    // A clock that drifts is set by little; one that is set by much had never been right since the start.
    const wasUnsynchronised = this.#isBehind || Math.abs(stepMs) > DISTRUST_STEP_MS;
    this.#isBehind = false;
    return { before: Math.round(before), after: wall, wasUnsynchronised };
  }

  /** False for an hour after a large step forward. */
  get isTrusted(): boolean {
    return this.#clock.monotonic() >= this.#distrustUntil;
  }
}

const isoTime = (time: number): string => (Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time));
