import { discrete, holding, uint32, type Cell } from '../gas/cells.ts';
import type { Scene } from '../device/simulated-device.ts';

/** Causes that trip, numbered from 1 as the SIS counts them. */
const causes: readonly { readonly point: string; readonly trips: (truth: number | boolean) => boolean }[] = [
  { point: 'TK-2101.high-level-switch', trips: (truth) => truth === true },
  { point: 'TK-2102.high-level-switch', trips: (truth) => truth === true },
  { point: 'L-2201.emergency-stop', trips: (truth) => truth === true },
  { point: 'C-1501.running', trips: (truth) => truth === false },
];

/** Where the group's bits and its sequence of events stand. */
const FIRST_BIT = 256;
const FIRST_REGISTER = 512;
const EVENTS_KEPT = 4;

interface Event {
  readonly cause: number;
  /** UTC ms by the clock of the SIS. */
  readonly at: number;
}

/**
 * The memory of the SIS: which causes stand, which was first and is held until reset, and when each came. The time is that
 * of the sample in which it came, which in a simulator is the truth.
 */
export class TripGroup {
  #standing: readonly boolean[] = causes.map(() => false);
  #firstOut = 0;
  #events: readonly Event[] = [];

  watch({ all, time, plant }: Scene): void {
    const truthOf = new Map(all.map(({ point, truth }) => [point, truth]));
    const now = causes.map(({ point, trips }) => trips(truthOf.get(point) ?? 0));
    now.forEach((isIn, index) => {
      if (!isIn || this.#standing[index]) return;
      if (this.#firstOut === 0) this.#firstOut = index + 1;
      this.#events = [{ cause: index + 1, at: time }, ...this.#events].slice(0, EVENTS_KEPT);
    });
    this.#standing = now;
    if (plant.handle('SIS.reset') > 0.5 && !now.includes(true)) this.#firstOut = 0;
  }

  /** A bit a cause and the group's own; first-out, number of events, then cause, seconds and milliseconds of each. */
  cells(): readonly Cell[] {
    const empty = { cause: 0, at: 0 };
    const events = Array.from({ length: EVENTS_KEPT }, (_, index) => this.#events[index] ?? empty);
    return [
      discrete(FIRST_BIT, ...this.#standing.map(Number), this.#firstOut > 0 ? 1 : 0),
      holding(
        FIRST_REGISTER,
        this.#firstOut,
        this.#events.length,
        ...events.flatMap(({ cause, at }) => [cause, ...uint32(Math.floor(at / 1000)), at % 1000]),
      ),
    ];
  }
}
