import { Flag } from '#agent/model/flags.ts';
import type { HeadcountDefinition, Person } from '#agent/model/headcount.ts';
import { groundOf, placed, type GroundPoint } from '#agent/model/placement.ts';
import { tagId, type TagFix, type TagId, type TagState } from '#agent/model/tag.ts';
import type { RememberedTag } from './memory.ts';
import { PositionFilter } from './position-filter.ts';
import { zoneIndex, type ZoneIndex } from './zone-index.ts';
import { arriving, seen, type ZonePresence } from './zone-presence.ts';

const TRAVELLING = Flag.sim | Flag.forced | Flag.maintenance;
/** More tags than any plant has people: a device that invents ids must not fill the memory. */
const MOST_TAGS = 20_000;
/** Less than this is no movement but the radio's error. Metres. */
const MOVED_M = 2;

/** One tag as it is believed to be. Times are monotonic. */
export interface TrackedTag {
  readonly tag: TagId;
  person: Person | undefined;
  /** The same for all tags of one person. */
  personKey: string;
  readonly filter: PositionFilter;
  /** By the index of the zone. */
  readonly presences: Map<number, ZonePresence>;
  x: number;
  y: number;
  /** As told with the position last; absent where none was told. */
  floor: string | undefined;
  /** Where it was when it moved last, and when. */
  anchor: GroundPoint;
  movedAt: number;
  heardAt: number;
  sos: boolean;
  isStrapCut: boolean;
  isBatteryLow: boolean;
  isAsleep: boolean;
  isLost: boolean;
  flags: number;
}

export type Taken = 'good' | 'late' | 'jump' | 'unplaced' | 'overfull';

/** Where every tag is. */
export class TagTracker {
  readonly tags = new Map<TagId, TrackedTag>();
  readonly #definition: HeadcountDefinition;
  #persons: ReadonlyMap<TagId, Person>;
  readonly #index: ZoneIndex;

  constructor(definition: HeadcountDefinition) {
    this.#definition = definition;
    this.#persons = new Map(definition.persons.map((person) => [person.tag, person]));
    this.#index = zoneIndex(definition.zones);
  }

  /** From now on others wear the tags; where the tags are does not change. */
  wearers(persons: readonly Person[]): void {
    this.#persons = new Map(persons.map((person) => [person.tag, person]));
    for (const tracked of this.tags.values()) {
      tracked.person = this.#persons.get(tracked.tag);
      tracked.personKey = tracked.person?.id ?? `tag:${tracked.tag}`;
    }
  }

  takeFix(fix: TagFix, now: number): Taken {
    const ground = this.groundOf(fix);
    if (!ground || !Number.isFinite(ground.x + ground.y)) return 'unplaced';
    const tracked = this.#tracked(fix.tag, now);
    if (!tracked) return 'overfull';
    this.#heard(tracked, fix.flags, now);
    const { hysteresis } = this.#definition;
    const time = Math.min(fix.sourceTime, fix.receiveTime);
    const taken = tracked.filter.take({ ...ground, time }, now, hysteresis);
    if (taken === 'jump') {
      // Either this fix or the one before it is wrong: who has not entered yet begins to enter anew.
      for (const presence of tracked.presences.values()) if (!presence.isInside) presence.insideSince = now;
    }
    if (taken !== 'good') return taken;
    tracked.floor = fix.floor;
    this.#move(tracked, ground, fix.isMoving, now);
    this.#enterAndLeave(tracked, fix.floor, now);
    return 'good';
  }

  takeState(state: TagState, now: number): void {
    const tracked = this.#tracked(state.tag, now);
    if (!tracked) return;
    if (state.isLost !== true) this.#heard(tracked, state.flags, now);
    tracked.isLost = state.isLost ?? tracked.isLost;
    tracked.sos = state.sos ?? tracked.sos;
    tracked.isStrapCut = state.isStrapCut ?? tracked.isStrapCut;
    tracked.isAsleep = state.isAsleep ?? tracked.isAsleep;
    if (state.batteryPercent !== undefined) tracked.isBatteryLow = state.batteryPercent <= 15;
    tracked.isBatteryLow = state.isBatteryLow ?? tracked.isBatteryLow;
  }

  /** What an earlier run knew: unheard since, and where it was. */
  restore(remembered: RememberedTag, now: number): void {
    const tracked = this.#tracked(tagId(remembered.tag), now);
    if (!tracked) return;
    const { x, y, unheardMs, sos, isStrapCut, isBatteryLow, isAsleep, flags } = remembered;
    const { staleAfterMs } = this.#definition;
    Object.assign(tracked, { x, y, anchor: { x, y }, sos, isStrapCut, isBatteryLow, isAsleep, flags });
    // Unheard since the start: stale until it speaks.
    tracked.heardAt = now - Math.max(unheardMs, staleAfterMs);
    tracked.isLost = true;
    for (const [id, insideMs] of remembered.zones) {
      const index = this.#definition.zones.findIndex((zone) => zone.id === id);
      if (index >= 0) tracked.presences.set(index, { ...arriving(now), isInside: true, insideSince: now - insideMs });
    }
  }

  isStale({ heardAt, isAsleep, isLost }: TrackedTag, now: number): boolean {
    const { staleAfterMs, asleepStaleAfterMs } = this.#definition;
    return isLost || now - heardAt > (isAsleep ? asleepStaleAfterMs : staleAfterMs);
  }

  /** The site's metres; undefined on a map that nobody has placed. */
  groundOf({ map, x, y }: TagFix): GroundPoint | undefined {
    const { maps, origin } = this.#definition;
    if (map === 'wgs84') return groundOf(x, y, origin);
    const affine = maps.get(map);
    return affine && placed(x, y, affine);
  }

  #tracked(tag: TagId, now: number): TrackedTag | undefined {
    const known = this.tags.get(tag);
    if (known || this.tags.size >= MOST_TAGS) return known;
    const person = this.#persons.get(tag);
    const made: TrackedTag = {
      tag,
      person,
      personKey: person?.id ?? `tag:${tag}`,
      filter: new PositionFilter(),
      presences: new Map(),
      x: Number.NaN,
      y: Number.NaN,
      floor: undefined,
      anchor: { x: Number.NaN, y: Number.NaN },
      movedAt: now,
      heardAt: now,
      sos: false,
      isStrapCut: false,
      isBatteryLow: false,
      isAsleep: false,
      isLost: false,
      flags: 0,
    };
    this.tags.set(tag, made);
    return made;
  }

  #heard(tracked: TrackedTag, flags: number, now: number): void {
    tracked.heardAt = now;
    tracked.isLost = false;
    tracked.flags = flags & TRAVELLING;
  }

  #move(tracked: TrackedTag, { x, y }: GroundPoint, isMoving: boolean | undefined, now: number): void {
    tracked.x = x;
    tracked.y = y;
    const isStill =
      isMoving === undefined ? Math.hypot(x - tracked.anchor.x, y - tracked.anchor.y) < MOVED_M : !isMoving;
    if (isStill) return;
    tracked.anchor = { x, y };
    tracked.movedAt = now;
    if (isMoving === true) tracked.isAsleep = false;
  }

  #enterAndLeave({ x, y, presences }: TrackedTag, floor: string | undefined, now: number): void {
    const { zones, hysteresis } = this.#definition;
    const near = this.#index.near(x, y, hysteresis.exitToleranceM);
    for (const [zone, presence] of presences)
      if (!near.includes(zone) && !seen(presence, Number.POSITIVE_INFINITY, now, hysteresis)) presences.delete(zone);
    for (const zone of near) {
      const floors = zones[zone]?.floors;
      const isOnFloor = floor === undefined || !floors || floors.size === 0 || floors.has(floor);
      const outsideM = isOnFloor ? this.#index.outside(zone, x, y) : Number.POSITIVE_INFINITY;
      let presence = presences.get(zone);
      if (!presence) {
        if (outsideM > 0) continue;
        presence = arriving(now);
        presences.set(zone, presence);
      }
      if (!seen(presence, outsideM, now, hysteresis)) presences.delete(zone);
    }
  }
}
