import type { Clock } from '#agent/model/clock.ts';

/** The time of records: the wall clock, held where it steps back, so that `time` never decreases. */
export class RecordClock {
  readonly #clock: Clock;
  #latest: number;

  /** `floor`: UTC ms of the youngest record known. */
  constructor(clock: Clock, floor: number) {
    this.#clock = clock;
    this.#latest = floor;
  }

  next(): number {
    this.#latest = Math.max(this.#latest, Math.floor(this.#clock.now()));
    return this.#latest;
  }

  /** How far the wall clock is behind what has been recorded; 0 when it is not. */
  get behindMs(): number {
    return Math.max(0, this.#latest - Math.floor(this.#clock.now()));
  }

  get latest(): number {
    return this.#latest;
  }
}
