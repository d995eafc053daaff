import type { Clock } from '#agent/model/clock.ts';
import type { Fact } from '#agent/model/fact.ts';
import type { HeadcountDefinition } from '#agent/model/headcount.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad, GOOD, type Quality } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { keptRoster, ROSTER_KEY, type KnownRoster } from './kept-roster.ts';

const HOUR_MS = 3_600_000;
/** So long may a first roster take after the start. */
const FIRST_WITHIN_MS = 60_000;

/** The roster of a source: the last one that was told, for as long as no other is. */
export class LiveRoster {
  readonly #definition: HeadcountDefinition;
  readonly #clock: Clock;
  readonly #startedAt: number;
  #known: KnownRoster | undefined;
  /** Of an earlier run: perhaps without names that are shown now. */
  #isRestored: boolean;
  /** Monotonic. */
  #toldAt: number;

  /** @param toldTime when the roster of an earlier run was told last, UTC ms */
  constructor(definition: HeadcountDefinition, clock: Clock, known?: KnownRoster, toldTime = known?.time) {
    this.#definition = definition;
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
    this.#known = definition.roster && known;
    this.#isRestored = true;
    this.#toldAt = this.#startedAt - Math.max(0, clock.now() - (toldTime ?? clock.now()));
  }

  get flags(): number {
    return this.#known?.flags ?? 0;
  }

  /** When it was told last; UTC ms, undefined where none was. */
  toldTime(): number | undefined {
    return this.#known && this.#clock.now() - (this.#clock.monotonic() - this.#toldAt);
  }

  /** The roster where it is to be taken, and whether it is another than before. */
  take(fact: Fact): { readonly roster: KnownRoster; readonly isNews: boolean } | undefined {
    if (fact.kind !== 'roster' || fact.source !== this.#definition.roster?.source) return undefined;
    this.#toldAt = this.#clock.monotonic();
    const isNews = this.#known?.version !== fact.version || this.#known.flags !== fact.flags;
    if (!isNews && !this.#isRestored) return undefined;
    const { version, flags, persons } = fact;
    const roster = { version, flags, persons, time: this.#clock.now() };
    this.#known = roster;
    this.#isRestored = false;
    return { roster, isNews };
  }

  /** The roster without its names where it was not told for longer than they are kept; they come back with the next one. */
  expireNames(now: number): KnownRoster | undefined {
    const { namesExpireMs = Number.POSITIVE_INFINITY } = this.#definition;
    if (!this.#known || now - this.#toldAt <= namesExpireMs) return undefined;
    if (this.#known.persons.every(({ name }) => name === '')) return undefined;
    this.#known = { ...this.#known, persons: this.#known.persons.map((one) => ({ ...one, name: '' })) };
    this.#isRestored = true;
    return this.#known;
  }

  kept(): ReadonlyMap<string, unknown> {
    return new Map(this.#known ? [[ROSTER_KEY, keptRoster(this.#known, this.#definition)]] : []);
  }

  /** Its age and whether it is stale; nothing where the roster is a file. */
  tell(now: number, tell: (point: PointId, value: SampleValue, quality: Quality) => void): void {
    const { roster } = this.#definition;
    if (!roster) return;
    const ageMs = now - this.#toldAt;
    const isStale = this.#known ? ageMs > roster.staleAfterMs : now - this.#startedAt > FIRST_WITHIN_MS;
    if (this.#known) tell(roster.points.age, Math.floor((10 * ageMs) / HOUR_MS) / 10, GOOD);
    else tell(roster.points.age, null, bad('not-yet-read'));
    tell(roster.points.stale, isStale, GOOD);
  }
}

/** Tells how many are in it and nobody by name. */
export const rosterEvent = ({ persons, flags }: KnownRoster, time: number): SiteEvent => ({
  time,
  kind: 'headcount.roster',
  text: `the roster changed: ${persons.length} tags are worn by persons`,
  detail: { tags: persons.length, zh: '人员名册已更新' },
  flags,
});

export const namesExpiredEvent = ({ persons, flags }: KnownRoster, time: number): SiteEvent => ({
  time,
  kind: 'people.expired',
  text: `the names of ${persons.length} persons are removed: the roster was not told for longer than personal data is kept`,
  detail: { tags: persons.length, zh: '个人信息已按期限删除' },
  flags,
});
