import type { Clock } from '#agent/model/clock.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import type { TagFeed, ToldFix } from '../locating/tag-feed.ts';
import { fenceEvent } from './fence-event.ts';
import { fixesOf, fixesOfMotion, type TagBy } from './location.ts';
import { readWrapper, type Wrapper } from './wrapper.ts';

/** What the hub says, message by message, as facts and events. */
export class Hearing {
  readonly #tagBy: TagBy;
  readonly #clock: Clock;
  readonly #feed: TagFeed;
  /** Tags of which something newer than the snapshot is known. */
  readonly #seen = new Set<string>();
  #isAwaitingSnapshot: boolean;

  constructor(tagBy: TagBy, clock: Clock, feed: TagFeed, isAwaitingSnapshot: boolean) {
    this.#isAwaitingSnapshot = isAwaitingSnapshot;
    this.#tagBy = tagBy;
    this.#clock = clock;
    this.#feed = feed;
  }

  /** `answers` tells whether a message was for the subscriptions. */
  take(text: string, answers: (wrapper: Wrapper) => boolean): void {
    // Vendor properties are the standard's place for what is the vendor's own; one simulator makes all of it simulated.
    if (text.includes(SIMULATOR_VENDOR)) this.#feed.simulated();
    const wrapper = readWrapper(text);
    if (!wrapper) return this.#feed.refuse('a message is no JSON object with an event');
    if (answers(wrapper)) return;
    if (wrapper.event === 'error') {
      const what = `error ${wrapper.code ?? ''} ${wrapper.description ?? ''}`.trim();
      return this.#feed.event({ time: this.#clock.now(), kind: 'omlox.error', text: `the hub says: ${what}` });
    }
    if (wrapper.event === 'message') this.#takePayload(wrapper.topic ?? '', wrapper.payload ?? []);
  }

  /** The last known locations, however old: that is no fault of a clock. A location that was updated meanwhile stays. */
  takeSnapshot(locations: readonly unknown[]): void {
    this.#isAwaitingSnapshot = false;
    const now = this.#clock.now();
    const fixes = locations.flatMap((location) => this.#judged(fixesOf(location, this.#tagBy, now), 'location'));
    const unseen = fixes.filter(({ tag }) => !this.#seen.has(tag));
    this.#feed.tell(
      unseen.map((fix) => (fix.sourceTime < now ? { ...fix, flags: 0 } : fix)),
      [],
    );
    this.#seen.clear();
  }

  #takePayload(topic: string, payload: readonly unknown[]): void {
    const now = this.#clock.now();
    if (topic === 'fence_events') {
      for (const one of payload) {
        const event = fenceEvent(one, now);
        if (event) this.#feed.event(event);
        else this.#feed.refuse('a fence event lacks what the standard demands');
      }
      return;
    }
    const read = { location_updates: fixesOf, trackable_motions: fixesOfMotion }[topic];
    if (!read) return;
    const fixes = payload.flatMap((one) => this.#judged(read(one, this.#tagBy, now), 'location'));
    if (this.#isAwaitingSnapshot) for (const { tag } of fixes) this.#seen.add(tag);
    this.#feed.tell(fixes, []);
  }

  #judged(fixes: readonly ToldFix[] | undefined, what: string): readonly ToldFix[] {
    if (!fixes) this.#feed.refuse(`a ${what} lacks what the standard demands`);
    return fixes ?? [];
  }
}
