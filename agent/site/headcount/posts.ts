import type { CountedZone } from '#agent/model/headcount.ts';
import type { Occupants } from './occupants.ts';

/** One person's post: seen there, and since when the person is heard elsewhere. Monotonic. */
interface Posted {
  awaySince: number | undefined;
  hasLeft: boolean;
}

/** Persons who have been at the post of each zone, by the index of the zone. */
export class Posts {
  readonly #zones: readonly CountedZone[];
  readonly #posted: readonly Map<string, Posted>[];

  /** `been`: zone and person, of those who were at their post before a restart. */
  constructor(zones: readonly CountedZone[], been: readonly (readonly [string, string])[]) {
    this.#zones = zones;
    this.#posted = zones.map(() => new Map());
    for (const [zone, person] of been) {
      const index = zones.findIndex(({ id, post }) => id === zone && post?.persons.has(person));
      this.#posted[index]?.set(person, { awaySince: undefined, hasLeft: false });
    }
  }

  /** What has to outlive a restart. */
  been(): [string, string][] {
    return this.#posted.flatMap((persons, zone) =>
      [...persons.keys()].map((person): [string, string] => [this.#zones[zone]?.id ?? '', person]),
    );
  }

  /**
   * Persons who have left the post of a zone: seen there, and then heard elsewhere for longer than they may be. Whoever is
   * silent can not be seen to have left, nor to have come back; whoever is forgotten is at no post any more.
   *
   * @param all occupants of every zone
   * @param active who had left at last, also before a restart
   */
  left(
    index: number,
    all: readonly Occupants[],
    now: number,
    active: ReadonlyMap<string, number>,
  ): ReadonlySet<string> {
    const [post, posted] = [this.#zones[index]?.post, this.#posted[index]];
    const left = new Set<string>();
    if (!post || !posted) return left;
    for (const person of post.persons) {
      const places = all.flatMap((occupants) => occupants.get(person) ?? []);
      if (places.length === 0) posted.delete(person);
      else if (all[index]?.has(person)) posted.set(person, { awaySince: undefined, hasLeft: false });
      const known = posted.get(person);
      if (!known || all[index]?.has(person)) continue;
      const isHeard = places.some(({ isStale }) => !isStale);
      if (isHeard) known.awaySince ??= now;
      else if (!known.hasLeft) known.awaySince = undefined;
      known.hasLeft ||=
        active.has(person) || (known.awaySince !== undefined && now - known.awaySince >= post.absenceMs);
      if (known.hasLeft) left.add(person);
    }
    return left;
  }
}
