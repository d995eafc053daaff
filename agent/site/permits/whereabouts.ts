import type { Fact } from '#agent/model/fact.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { HeadcountDefinition, Person } from '#agent/model/headcount.ts';
import type { ZoneId } from '#agent/model/ids.ts';
import { TagTracker } from '../headcount/tag-tracker.ts';

/** Where people of permits are, by the zones, the roster and the hysteresis of the headcount. */
export class Whereabouts {
  readonly #definition: HeadcountDefinition;
  readonly #tracker: TagTracker;
  #persons: readonly Person[] = [];
  #known: ReadonlySet<string> = new Set();

  constructor(definition: HeadcountDefinition) {
    this.#definition = definition;
    this.#tracker = new TagTracker(definition);
    this.#wearers(definition.persons);
  }

  #wearers(persons: readonly Person[]): void {
    this.#persons = persons;
    this.#known = new Set(persons.map(({ tag }) => tag));
  }

  /** @param now monotonic */
  take(fact: Fact, now: number): void {
    if (fact.kind === 'roster' && fact.source === this.#definition.roster?.source) this.#wearers(fact.persons);
    if (fact.kind !== 'tag-fix' && fact.kind !== 'tag-state') return;
    if (!this.#known.has(fact.tag) || hasFlag(fact.flags, 'backfilled')) return;
    if (fact.kind === 'tag-fix') this.#tracker.takeFix(fact, now);
    else this.#tracker.takeState(fact, now);
  }

  /**
   * Whether a person is in a zone by a tag that is heard. Undefined while nobody can say: no such zone, no tag in the
   * roster, none that is heard, or one that has just come and is not yet in or out.
   */
  isIn(person: string, zone: ZoneId, now: number): boolean | undefined {
    const index = this.#definition.zones.findIndex(({ id }) => id === zone);
    if (index < 0) return undefined;
    let isHeard = false;
    for (const { tag } of this.#persons.filter(({ id }) => id === person)) {
      const tracked = this.#tracker.tags.get(tag);
      if (!tracked || !Number.isFinite(tracked.x) || this.#tracker.isStale(tracked, now)) continue;
      const presence = tracked.presences.get(index);
      if (presence?.isInside) return true;
      if (presence) return undefined;
      isHeard = true;
    }
    return isHeard ? false : undefined;
  }
}
