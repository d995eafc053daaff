import { plantPlan, type FloorPlan, type Place } from './floor-plan.ts';
import { noFlaws, type Flaws } from './flaws.ts';
import { seededRandom } from './random.ts';
import { Walker, type PersonTruth } from './walker.ts';

/** One position as the locating system gives it, flawed. */
export interface Report {
  readonly tag: bigint;
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly floor: number;
  readonly isAsleep: boolean;
  readonly batteryPercent: number;
  /** UTC ms at which it was measured. */
  readonly time: number;
}

/** What happened to a tag. */
export type Happening =
  | { readonly kind: 'sos' | 'strap-cut' | 'disappeared'; readonly tag: bigint; readonly time: number }
  | { readonly kind: 'sos-ended'; readonly tag: bigint; readonly time: number };

export interface CrowdOptions {
  readonly people: number;
  readonly seed?: number;
  readonly plan?: FloorPlan;
  readonly flaws?: Flaws;
  /** Of the first tag; the others count up. Beyond 2^53 by default, where careless clients round. */
  readonly firstTag?: bigint;
  /** Where tags hang that nobody wears, surveyed on the plan; their numbers begin a hundred after the first. */
  readonly references?: readonly Place[];
}

export interface CrowdStep {
  readonly reports: readonly Report[];
  readonly happenings: readonly Happening[];
}

const FIRST_TAG = 9_007_199_254_740_993n;
const REFERENCES_AFTER = 100n;
/** Hung up high, on a charger. */
const REFERENCE = { z: 3, isAsleep: false, batteryPercent: 100 } as const;
/** A sleeping tag says so rarely. */
const ASLEEP_EVERY_MS = 8_000;
/** The locating system gives a tag up after so long. */
const DISAPPEARED_AFTER_MS = 15_000;

/** What of a tag the locating system reports. */
type ReportedTruth = Place & Pick<PersonTruth, 'tag' | 'z' | 'isAsleep' | 'batteryPercent'>;

interface Heard {
  readonly walker: Walker;
  reportedAt: number;
  heardAt: number;
  hasDisappeared: boolean;
}

/** People on a plan, what is true of them, and what a locating system says of them. Repeatable by its seed. */
export class Crowd {
  readonly plan: FloorPlan;
  flaws: Flaws;
  readonly #random: () => number;
  readonly #people: readonly Heard[];
  readonly #references: readonly ReportedTruth[];
  /** Their own, so that people walk the same ways with and without them. */
  readonly #referenceRandom: () => number;
  #late: Report[] = [];
  #happenings: Happening[] = [];
  #now = 0;

  constructor({
    people,
    seed = 1,
    plan = plantPlan,
    flaws = noFlaws,
    firstTag = FIRST_TAG,
    references = [],
  }: CrowdOptions) {
    this.plan = plan;
    this.flaws = flaws;
    this.#random = seededRandom(seed);
    this.#referenceRandom = seededRandom(seed * 104_729);
    this.#references = references.map((place, index) => ({
      ...place,
      ...REFERENCE,
      tag: firstTag + REFERENCES_AFTER + BigInt(index),
    }));
    this.#people = Array.from({ length: people }, (_, index) => ({
      walker: new Walker(firstTag + BigInt(index), plan, seededRandom(seed * 7919 + index)),
      reportedAt: Number.NEGATIVE_INFINITY,
      heardAt: Number.NEGATIVE_INFINITY,
      hasDisappeared: false,
    }));
  }

  get tags(): readonly bigint[] {
    return this.#people.map(({ walker }) => walker.tag);
  }

  truth(): readonly PersonTruth[] {
    return this.#people.map(({ walker }) => walker.truth());
  }

  /** To hold, send, silence or harm one of them. Throws for a tag that nobody wears. */
  person(tag: bigint): Walker {
    const found = this.#people.find(({ walker }) => walker.tag === tag);
    if (!found) throw new Error(`nobody wears tag ${tag}`);
    return found.walker;
  }

  sos(tag: bigint, isPressed = true): void {
    this.person(tag).pressSos(isPressed);
    this.#happenings.push({ kind: isPressed ? 'sos' : 'sos-ended', tag, time: this.#now });
  }

  cutStrap(tag: bigint): void {
    this.person(tag).cutStrap(true);
    this.#happenings.push({ kind: 'strap-cut', tag, time: this.#now });
  }

  /** Time goes on. `now` is UTC ms at its end. */
  step(ms: number, now: number): CrowdStep {
    this.#now = now;
    const reports: Report[] = [];
    const late = this.#late;
    this.#late = [];
    for (const heard of this.#people) {
      if (this.#random() < (this.flaws.dropoutsPerHour * ms) / 3_600_000) heard.walker.silence(5 + this.#random() * 55);
      heard.walker.step(ms / 1000);
      this.#hear(heard, reports);
    }
    for (const reference of this.#references) reports.push(this.#flawed(reference, now, this.#referenceRandom));
    const happenings = this.#happenings;
    this.#happenings = [];
    return { reports: [...reports, ...late], happenings };
  }

  #hear(heard: Heard, reports: Report[]): void {
    const truth = heard.walker.truth();
    const now = this.#now;
    if (truth.isUnheard) {
      if (heard.hasDisappeared || now - heard.heardAt < DISAPPEARED_AFTER_MS) return;
      heard.hasDisappeared = true;
      this.#happenings.push({ kind: 'disappeared', tag: truth.tag, time: now });
      return;
    }
    heard.heardAt = now;
    heard.hasDisappeared = false;
    if (truth.isAsleep && now - heard.reportedAt < ASLEEP_EVERY_MS) return;
    heard.reportedAt = now;
    const report = this.#flawed(truth, now, this.#random);
    if (this.#random() < this.flaws.disorderShare) this.#late.push(report);
    else reports.push(report);
    if (this.#random() < this.flaws.duplicateShare) reports.push(report);
  }

  #flawed(truth: ReportedTruth, time: number, random: () => number): Report {
    const { jumpShare, floorFlipShare, noiseM } = this.flaws;
    const isJump = random() < jumpShare;
    const turn = random() * 2 * Math.PI;
    const far = isJump ? 1 + random() * 9 : 0;
    const floors = [...new Set(this.plan.zones.map(({ floor }) => floor))].filter((floor) => floor !== truth.floor);
    const flip = random() < floorFlipShare ? floors[Math.floor(random() * floors.length)] : undefined;
    const noise = (): number => noiseM * (random() + random() + random() + random() - 2) * Math.sqrt(3);
    return {
      tag: truth.tag,
      x: truth.x + Math.cos(turn) * far + noise(),
      y: truth.y + Math.sin(turn) * far + noise(),
      z: truth.z,
      floor: flip ?? truth.floor,
      isAsleep: truth.isAsleep,
      batteryPercent: truth.batteryPercent,
      time,
    };
  }
}
