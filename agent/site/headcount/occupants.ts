import type { HeadcountDefinition, Person } from '#agent/model/headcount.ts';
import type { TagTracker } from './tag-tracker.ts';

/** One person in one zone, by all tags that the person wears there. Times are monotonic. */
export interface Occupant {
  readonly key: string;
  readonly person: Person | undefined;
  x: number;
  y: number;
  floor: string | undefined;
  since: number;
  movedAt: number;
  heardAt: number;
  /** True when every tag is. */
  isStale: boolean;
  sos: boolean;
  isStrapCut: boolean;
  isBatteryLow: boolean;
}

export type Occupants = ReadonlyMap<string, Occupant>;

/** Who is in each zone, by the index of the zone; those whom no zone holds are in the outside. */
export function occupantsOf({ zones, hysteresis }: HeadcountDefinition, tracker: TagTracker, now: number): Occupants[] {
  const found = zones.map(() => new Map<string, Occupant>());
  const outside = zones.findIndex(({ id }) => id === undefined);
  for (const tag of tracker.tags.values()) {
    const isStale = tracker.isStale(tag, now);
    const join = (zone: number, since: number): void => {
      const known = found[zone]?.get(tag.personKey);
      const { personKey: key, person, x, y, floor, movedAt, heardAt, sos, isStrapCut, isBatteryLow } = tag;
      if (!known) {
        const heard = { x, y, floor, movedAt, heardAt };
        found[zone]?.set(key, { key, person, ...heard, since, isStale, sos, isStrapCut, isBatteryLow });
        return;
      }
      if (known.isStale && !isStale) Object.assign(known, { x, y, floor });
      known.since = Math.min(known.since, since);
      known.movedAt = Math.max(known.movedAt, movedAt);
      known.heardAt = Math.max(known.heardAt, heardAt);
      known.isStale &&= isStale;
      known.sos ||= sos;
      known.isStrapCut ||= isStrapCut;
      known.isBatteryLow ||= isBatteryLow;
    };
    let isInside = false;
    for (const [zone, presence] of tag.presences) {
      // The last fix was inside, or nothing would be left of it: silence does not keep it from having entered.
      if (!presence.isInside && now - presence.insideSince >= hysteresis.enterDwellMs) {
        presence.isInside = true;
        presence.insideSince = now;
      }
      if (!presence.isInside) continue;
      isInside = true;
      join(zone, presence.insideSince);
    }
    if (!isInside) join(outside, tag.heardAt);
  }
  return found;
}
