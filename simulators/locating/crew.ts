import type { RunningPlant } from '../plant/running-plant.ts';
import type { Crowd } from './crowd.ts';

/** Where the crew works that the plant's handle `crew.tank-farm` calls. */
const TANK_FARM = 'tank-farm';
const COMPRESSOR = 'compressor-house';
const GUARDIAN_POST = 'guardian-post';
const MUSTER = 'muster-point';
/** Where a guardian goes who leaves his post. */
const AWAY = 'control-room';

/** By the order of the tags, as the roster of the demo site has them: contractors at work, then others who help. */
const WORKERS = [5, 6, 7, 8, 10, 11, 12, 13];
const GUARDIAN = 9;
const INTRUDER = 15;

/** Sends people where the plant's handles `crew.…` say. Who is not sent walks about as he likes. */
export class Crew {
  readonly #crowd: Crowd;
  readonly #sent = new Map<number, string>();
  #isSos = false;
  #isFallen = false;

  /** The usual crew is in its place from the beginning. */
  constructor(crowd: Crowd) {
    this.#crowd = crowd;
  }

  /** What the handles ask for now, by the order of the tags. */
  obey(plant: RunningPlant): void {
    const wanted = wishes(plant, this.#crowd.tags.length);
    const isFirst = this.#sent.size === 0;
    for (const [index, tag] of this.#crowd.tags.entries()) {
      const [zone, before] = [wanted.get(index), this.#sent.get(index)];
      if (zone === before) continue;
      const person = this.#crowd.person(tag);
      if (zone === undefined) person.release();
      else if (zone === COMPRESSOR || zone === GUARDIAN_POST) person.workIn(zone, isFirst);
      else person.sendTo(zone);
      if (zone === undefined) this.#sent.delete(index);
      else this.#sent.set(index, zone);
    }
    this.#harm(plant);
  }

  #harm(plant: RunningPlant): void {
    const [first, worker] = [this.#crowd.tags[0], this.#crowd.tags[WORKERS[0] ?? 0]];
    if (first !== undefined && plant.handle('crew.sos') > 0.5 !== this.#isSos) {
      this.#isSos = !this.#isSos;
      this.#crowd.sos(first, this.#isSos);
    }
    if (worker !== undefined && plant.handle('crew.fall') > 0.5 !== this.#isFallen) {
      this.#isFallen = !this.#isFallen;
      const person = this.#crowd.person(worker);
      if (this.#isFallen) person.hold(person.truth());
      else person.workIn(COMPRESSOR);
    }
  }
}

function wishes(plant: RunningPlant, people: number): ReadonlyMap<number, string> {
  const wanted = new Map<number, string>();
  for (const index of WORKERS.slice(0, Math.round(plant.handle('crew.compressor-house'))))
    wanted.set(index, COMPRESSOR);
  wanted.set(GUARDIAN, plant.handle('crew.guardian') > 0.5 ? GUARDIAN_POST : AWAY);
  if (plant.handle('crew.intruder') > 0.5) wanted.set(INTRUDER, COMPRESSOR);
  let wantedInFarm = Math.round(plant.handle('crew.tank-farm'));
  for (let index = 0; index < people && wantedInFarm > 0; index++)
    if (!wanted.has(index)) {
      wanted.set(index, TANK_FARM);
      wantedInFarm -= 1;
    }
  if (plant.handle('crew.muster') > 0.5) for (let index = 0; index < people; index++) wanted.set(index, MUSTER);
  return wanted;
}
