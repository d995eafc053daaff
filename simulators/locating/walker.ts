import { zonesAt, type FloorPlan, type Place, type PlanZone } from './floor-plan.ts';

export type Activity = 'walking' | 'working' | 'still';

/** One person with a tag, as they truly are. */
export interface PersonTruth extends Place {
  readonly tag: bigint;
  /** Metres above the floor. */
  readonly z: number;
  readonly zones: readonly string[];
  readonly activity: Activity;
  /** The tag has not moved for a while and reports rarely. */
  readonly isAsleep: boolean;
  /** In a place that the anchors do not see. */
  readonly isUnheard: boolean;
  readonly isSos: boolean;
  readonly isStrapCut: boolean;
  readonly batteryPercent: number;
}

const WALK_M_PER_S = 1.3;
/** A tag that has not moved for so long sleeps. */
const SLEEP_AFTER_S = 10;
const WORK_RADIUS_M = 1.5;
const TAG_HEIGHT_M = 1.2;

/** Walks to a zone, works or stands there, goes on to the next. Time is told, never read. */
export class Walker {
  readonly tag: bigint;
  readonly #plan: FloorPlan;
  readonly #random: () => number;
  #place: Place;
  #target: Place;
  #activity: Activity = 'still';
  #leftS = 0;
  #stillS = 0;
  #unheardS = 0;
  #held = false;
  #isFidgeting = false;
  #beat: PlanZone | undefined;
  #battery: number;
  #sos = false;
  #cut = false;

  constructor(tag: bigint, plan: FloorPlan, random: () => number) {
    this.tag = tag;
    this.#plan = plan;
    this.#random = random;
    this.#place = this.#placeIn(this.#anyZone());
    this.#target = this.#place;
    this.#battery = 30 + random() * 70;
    this.#leftS = random() * 60;
  }

  /** Stays at a place until released; `isFidgeting`: moves enough that the tag does not fall asleep. */
  hold(place: Place, isFidgeting = false): void {
    this.#held = true;
    this.#beat = undefined;
    this.#isFidgeting = isFidgeting;
    this.#activity = 'still';
    this.#place = place;
    this.#target = place;
  }

  /** Goes to a zone now and stays. Throws for a zone that the plan has not. */
  sendTo(name: string): void {
    const zone = this.#zone(name);
    this.#held = true;
    this.#beat = undefined;
    this.#target = this.#placeIn(zone);
    this.#activity = 'walking';
  }

  /** Goes to a zone and works all over it, from a place of it at once where `isThere`. Throws for an unknown zone. */
  workIn(name: string, isThere = false): void {
    this.sendTo(name);
    this.#beat = this.#zone(name);
    if (isThere) this.#place = this.#target;
  }

  release(): void {
    this.#held = false;
    this.#beat = undefined;
    this.#isFidgeting = false;
    this.#leftS = 0;
  }

  pressSos(isPressed: boolean): void {
    this.#sos = isPressed;
  }

  cutStrap(isCut: boolean): void {
    this.#cut = isCut;
  }

  setBattery(percent: number): void {
    this.#battery = percent;
  }

  /** Nobody hears the tag for so long. Seconds. */
  silence(seconds: number): void {
    this.#unheardS = seconds;
  }

  step(seconds: number): void {
    this.#unheardS = Math.max(0, this.#unheardS - seconds);
    this.#battery = Math.max(0, this.#battery - seconds / 36_000);
    const before = this.#place;
    if (this.#activity === 'walking') this.#walk(seconds);
    else this.#stay(seconds);
    const hasMoved = before.x !== this.#place.x || before.y !== this.#place.y;
    this.#stillS = hasMoved || this.#isFidgeting ? 0 : this.#stillS + seconds;
  }

  truth(): PersonTruth {
    return {
      ...this.#place,
      tag: this.tag,
      z: TAG_HEIGHT_M,
      zones: zonesAt(this.#plan, this.#place),
      activity: this.#activity,
      isAsleep: this.#stillS >= SLEEP_AFTER_S,
      isUnheard: this.#unheardS > 0,
      isSos: this.#sos,
      isStrapCut: this.#cut,
      batteryPercent: Math.round(this.#battery),
    };
  }

  #walk(seconds: number): void {
    const { x, y } = this.#place;
    const [dx, dy] = [this.#target.x - x, this.#target.y - y];
    const left = Math.hypot(dx, dy);
    const far = WALK_M_PER_S * seconds;
    if (left <= far) {
      this.#place = this.#target;
      this.#activity = this.#held || this.#random() < 0.4 ? 'still' : 'working';
      this.#leftS = this.#beat ? 2 + this.#random() * 5 : 15 + this.#random() * 120;
      return;
    }
    // Stairs are where the way is half done.
    const floor = left < Math.hypot(this.#target.x, this.#target.y) / 2 ? this.#target.floor : this.#place.floor;
    this.#place = { x: x + (dx / left) * far, y: y + (dy / left) * far, floor };
  }

  #stay(seconds: number): void {
    if (this.#activity === 'working') {
      const turn = this.#random() * 2 * Math.PI;
      const step = Math.min(WORK_RADIUS_M, 0.4 * seconds);
      this.#place = {
        x: this.#target.x + Math.cos(turn) * step,
        y: this.#target.y + Math.sin(turn) * step,
        floor: this.#target.floor,
      };
    }
    this.#leftS -= seconds;
    if (this.#beat && this.#leftS <= 0) {
      this.#target = this.#placeAwayIn(this.#beat);
      this.#activity = 'walking';
    }
    if (this.#held || this.#leftS > 0) return;
    this.#target = this.#placeIn(this.#anyZone());
    this.#activity = 'walking';
  }

  #zone(name: string): PlanZone {
    const zone = this.#plan.zones.find((known) => known.name === name);
    if (!zone) throw new Error(`send tag ${this.tag} to ${name}: the plan has no such zone`);
    return zone;
  }

  #anyZone(): PlanZone {
    const zones = this.#plan.zones.filter(({ isClosed }) => !isClosed);
    const zone = zones[Math.floor(this.#random() * zones.length)];
    if (!zone) throw new Error('a plan without zones has no place for people');
    return zone;
  }

  /** Far enough away that nobody takes it for standing still. */
  #placeAwayIn(zone: PlanZone): Place {
    let place = this.#placeIn(zone);
    for (let tries = 0; tries < 20 && Math.hypot(place.x - this.#place.x, place.y - this.#place.y) < 3; tries++)
      place = this.#placeIn(zone);
    return place;
  }

  #placeIn({ left, right, bottom, top, floor }: PlanZone): Place {
    const inside = (low: number, high: number): number => low + (high - low) * (0.1 + 0.8 * this.#random());
    return { x: inside(left, right), y: inside(bottom, top), floor };
  }
}
