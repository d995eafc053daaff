import type { SiteEvent } from '#agent/model/event.ts';
import type { DurableStream, JournalRecord } from '#agent/model/record.ts';
import { tellsOfPersons, withoutPersons } from '#agent/model/persons.ts';
import { toRecord } from './record-table.ts';
import { asideBefore, removeAside } from './set-aside.ts';
import type { Store } from './store.ts';

/** Streams whose records may tell of persons. Who did what (stream audit) is kept by law, and is of accounts. */
export const PEOPLE_STREAMS = ['event', 'register'] as const satisfies readonly DurableStream[];
type PeopleStream = (typeof PEOPLE_STREAMS)[number];

/** Kind of the event that says from which records personal data was removed. */
export const PEOPLE_EXPIRED = 'people.expired';

const EXPIRED = {
  zh: '个人信息已按期限删除',
  en: 'who it was is removed: older than the configured age of personal data',
} as const;
/** Where it is remembered up to which record each stream was gone through. */
const SCOPE = 'people-retention';
const STEP_RECORDS = 256;
/** What has expired is removed together, so that the journal does not get one event for each. */
const EVERY_MS = 3_600_000;

export interface PeopleRetentionOptions {
  readonly maxAgeMs: number;
  readonly deliveredUpTo: (stream: DurableStream) => number;
}

/** What has expired. */
interface Outworn {
  /** To be on disk before anything is removed; absent where nothing is. */
  readonly event?: SiteEvent;
  /** Within a transaction. */
  readonly remove: () => void;
}

/**
 * Makes records nameless once they are older than personal data may be: the record stays with its number, its time and
 * what happened where; who it was is overwritten on the disk. The record's link in the chain stays as it was.
 */
export class PeopleRetention {
  readonly #store: Store;
  readonly #options: PeopleRetentionOptions;
  #rested = Number.NEGATIVE_INFINITY;

  constructor(store: Store, options: PeopleRetentionOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Those that come next; undefined: nothing is due. @param now UTC ms */
  next(now: number): Outworn | undefined {
    if (now >= this.#rested && now < this.#rested + EVERY_MS) return undefined;
    const { records, state, file } = this.#store.batched;
    const reached = state.scope(SCOPE);
    for (const stream of PEOPLE_STREAMS) {
      const rows = records
        .rows(stream, Number(reached.get(stream) ?? 0), Number.MAX_SAFE_INTEGER, STEP_RECORDS)
        .filter(({ time }) => time < now - this.#options.maxAgeMs);
      const through = rows.at(-1)?.seq;
      if (through === undefined) continue;
      const outworn = rows.flatMap((row) => {
        const record = toRecord(stream, row);
        return record && tellsOfPersons(record) ? [record] : [];
      });
      const event = outworn.length > 0 ? this.#eventOf(stream, outworn, now) : undefined;
      const remove = (): void => {
        for (const record of outworn) records.rewrite(stream, withoutPersons(record, EXPIRED));
        state.apply({ scope: SCOPE, key: stream, value: through });
      };
      return { remove, ...(event && { event }) };
    }
    this.#rested = now;
    const aside = asideBefore(file, now - this.#options.maxAgeMs);
    if (aside.length === 0) return undefined;
    return { event: asideEvent(aside, now), remove: () => removeAside(file, aside) };
  }

  #eventOf(stream: PeopleStream, outworn: readonly JournalRecord[], now: number): SiteEvent {
    const [first = 0, last = 0] = [outworn[0]?.seq, outworn.at(-1)?.seq];
    const delivered = this.#options.deliveredUpTo(stream);
    return {
      time: now,
      kind: PEOPLE_EXPIRED,
      text: `who it was is removed from ${outworn.length} records of stream ${stream}, ${first} to ${last}: older than the configured age of personal data`,
      detail: {
        stream,
        first,
        last,
        records: outworn.length,
        from: outworn[0]?.time ?? now,
        to: outworn.at(-1)?.time ?? now,
        undelivered: outworn.filter(({ seq }) => seq > delivered).length,
        zh: EXPIRED.zh,
      },
      flags: outworn.reduce((flags, { body }) => flags & ('flags' in body ? (body.flags ?? 0) : 0), 1),
    };
  }
}

/** Copies of the journal that were set aside tell of persons, too. */
const asideEvent = (files: readonly string[], now: number): SiteEvent => ({
  time: now,
  kind: PEOPLE_EXPIRED,
  text: `journals that were set aside are removed, older than the configured age of personal data: ${files.join(', ')}`,
  detail: { files: files.length, zh: EXPIRED.zh },
  flags: 0,
});
