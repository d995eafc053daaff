import { handlesAtRest, type HandleName } from './handles.ts';
import { plantAtRest, stepPlant, type Plant } from './plant.ts';
import { seededNoise } from './seeded-noise.ts';
import { plantTags, tagOf } from './tags.ts';

/** Plant seconds in one step. Fixed, so that a run depends on the number of steps only and not on timers. */
export const STEP_SECONDS = 0.25;

/** What one transmitter shows, beside what is true. */
export interface Shown {
  readonly point: string;
  readonly truth: number | boolean;
  /** What leaves the transmitter: truth with noise, or the frozen value. */
  readonly shown: number | boolean;
  /** False while its sensor is broken; `shown` is then its last value. */
  readonly isSensorGood: boolean;
}

type TransmitterFault =
  | { readonly kind: 'frozen'; readonly at: number | boolean }
  | { readonly kind: 'broken'; readonly at: number | boolean };

/** What an analogue input card can tell apart: at least one part in 4,000 of the range, in steps of a decimal place. */
const quantised = (value: number, span: number): number => {
  const places = Math.ceil(Math.log10(4000 / span));
  if (!Number.isFinite(span)) return value;
  return places >= 0 ? Number(value.toFixed(places)) : Math.round(value / 10 ** -places) * 10 ** -places;
};

/** Each tag has a noise of its own. */
const channelOf = new Map(plantTags.map(({ point }, channel) => [point, channel]));

/**
 * The plant in motion with its transmitters. Repeatable: the same seed, the same changes at the same steps, the same
 * values, whatever the wall clock did.
 */
export class RunningPlant {
  readonly #seed: number;
  #plant: Plant = plantAtRest;
  #handles: Record<HandleName, number> = { ...handlesAtRest };
  #step = 0;
  readonly #transmitters = new Map<string, TransmitterFault>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  get plant(): Plant {
    return this.#plant;
  }

  /** Plant seconds since the start. */
  get seconds(): number {
    return this.#step * STEP_SECONDS;
  }

  advance(): void {
    this.#plant = stepPlant(this.#plant, this.#handles, STEP_SECONDS);
    this.#step += 1;
  }

  set(name: HandleName, value: number): void {
    this.#handles[name] = value;
  }

  handle(name: HandleName): number {
    return this.#handles[name];
  }

  /** The transmitter goes on showing what it shows now; the process does not stop for it. */
  freeze(point: string): void {
    this.#transmitters.set(point, { kind: 'frozen', at: this.show(point).shown });
  }

  /** Its sensor fails: the DCS marks the value bad, the PLC shows its sentinel. */
  break(point: string): void {
    this.#transmitters.set(point, { kind: 'broken', at: this.show(point).shown });
  }

  repair(point: string): void {
    this.#transmitters.delete(point);
  }

  show(point: string): Shown {
    const tag = tagOf.get(point);
    if (!tag) throw new Error(`show ${point}: the plant has no such tag`);
    const truth = tag.read(this.#plant);
    const fault = this.#transmitters.get(point);
    if (fault) return { point, truth, shown: fault.at, isSensorGood: fault.kind === 'frozen' };
    if (typeof truth === 'boolean' || tag.noise === undefined)
      return { point, truth, shown: truth, isSensorGood: true };
    const noisy = truth + tag.noise * seededNoise(this.#seed, channelOf.get(point) ?? 0, this.#step);
    // A transmitter shows at least the foot of its range; above the top it saturates 5 % over it (NAMUR NE 43).
    const [low, high] = tag.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const saturated = Math.min(Math.max(noisy, low), high + (high - low) * 0.05);
    return { point, truth, shown: quantised(saturated, high - low), isSensorGood: true };
  }

  /** All tags now, in the order of the process. */
  showAll(): Shown[] {
    return plantTags.map((tag) => this.show(tag.point));
  }
}
