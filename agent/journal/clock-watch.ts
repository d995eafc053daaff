import type { Clock } from '#agent/model/clock.ts';
import type { SiteEvent } from '#agent/model/event.ts';

/** A difference between wall and monotonic time beyond this is a step, not drift within one upkeep. */
const STEP_MS = 1000;
/** After a step forward beyond this, ages are not believed for a while: a wrong clock must not expire the journal. */
const DISTRUST_STEP_MS = 60_000;
const DISTRUST_MS = 3_600_000;

/**
 * Tells when the wall clock steps, so that who reads the records can set right what was stamped before: a box without
 * a battery starts in the past and is corrected once it finds a time server.
 */
export class ClockWatch {
  readonly #clock: Clock;
  #wall: number;
  #monotonic: number;
  #distrustUntil = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#wall = clock.now();
    this.#monotonic = clock.monotonic();
  }

  /** At start: an event where the clock is behind `floor`, the youngest time that is on record. */
  atStart(floor: number): SiteEvent | undefined {
    const behindMs = floor - this.#wall;
    if (behindMs <= STEP_MS) return undefined;
    return {
      time: floor,
      kind: 'clock.behind',
      text: `The clock says ${isoTime(this.#wall)}, but records reach up to ${isoTime(floor)}: until it is corrected, times of samples are too early by at least ${Math.round(behindMs / 1000)} s.`,
      detail: { clock: this.#wall, floor, behindMs },
      flags: 0,
    };
  }

  /** An event where the clock has stepped since the last call. `stepMs`: what to add to times stamped before. */
  check(): SiteEvent | undefined {
    const wall = this.#clock.now();
    const monotonic = this.#clock.monotonic();
    const before = this.#wall + (monotonic - this.#monotonic);
    const stepMs = Math.round(wall - before);
    this.#wall = wall;
    this.#monotonic = monotonic;
    if (Math.abs(stepMs) <= STEP_MS) return undefined;
    if (stepMs > DISTRUST_STEP_MS) this.#distrustUntil = monotonic + DISTRUST_MS;
    return {
      time: wall,
      kind: 'clock.stepped',
      text: `The clock was set from ${isoTime(before)} to ${isoTime(wall)}.`,
      detail: { before: Math.round(before), after: wall, stepMs },
      flags: 0,
    };
  }

  /** False for an hour after a large step forward. */
  get isTrusted(): boolean {
    return this.#clock.monotonic() >= this.#distrustUntil;
  }
}

const isoTime = (time: number): string => (Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : String(time));
