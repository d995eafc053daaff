import type { TagId, TagState } from '#agent/model/tag.ts';

/** What a tag may tell of itself. */
export type TagClaims = Pick<
  TagState,
  'batteryPercent' | 'isBatteryLow' | 'sos' | 'isStrapCut' | 'isAsleep' | 'isLost'
>;

interface Entry {
  heardAt: number;
  claims: TagClaims;
}

/**
 * Which tags a source has heard, and what they told last, so that only changes become facts. Bounded: of too many tags
 * the one that has been silent longest is forgotten. Times are on the monotonic clock.
 */
export class TagBook {
  readonly #most: number;
  /** In the order in which they were last heard. */
  readonly #tags = new Map<TagId, Entry>();
  #lost = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get lost(): number {
    return this.#lost;
  }

  /** A sign of life. */
  hear(tag: TagId, at: number): void {
    this.#move(tag, { heardAt: at, claims: this.#tags.get(tag)?.claims ?? {} });
  }

  /** What of these claims is new, an alarm always; undefined when nothing is. */
  learn(tag: TagId, claims: TagClaims): TagClaims | undefined {
    const entry = this.#tags.get(tag) ?? { heardAt: Number.NEGATIVE_INFINITY, claims: {} };
    const news = Object.entries(claims).filter(
      ([key, value]) => isAlarm(key, value) || entry.claims[key as keyof TagClaims] !== value,
    );
    if (news.length === 0) return undefined;
    const changed: TagClaims = Object.fromEntries(news);
    this.#move(tag, { ...entry, claims: { ...entry.claims, ...changed } });
    return changed;
  }

  isLost(tag: TagId): boolean {
    return this.#tags.get(tag)?.claims.isLost === true;
  }

  /** Tags heard at or after a time. */
  heardSince(at: number): number {
    let count = 0;
    for (const { heardAt } of this.#tags.values()) if (heardAt >= at) count += 1;
    return count;
  }

  #move(tag: TagId, entry: Entry): void {
    this.#drop(tag);
    this.#tags.set(tag, entry);
    if (entry.claims.isLost === true) this.#lost += 1;
    if (this.#tags.size > this.#most) for (const first of this.#tags.keys()) return this.#drop(first);
  }

  #drop(tag: TagId): void {
    if (this.isLost(tag)) this.#lost -= 1;
    this.#tags.delete(tag);
  }
}

/** Told each time: the one before may have been dealt with, and nobody tells a source. */
const isAlarm = (key: string, value: unknown): boolean => (key === 'sos' || key === 'isStrapCut') && value === true;
