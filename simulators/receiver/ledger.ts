import { createNumberSet, type NumberSet } from './ranges.ts';
import type { RecordMessage, StreamMessage } from './wire.ts';

/** What has arrived of one stream. */
export interface StreamLedger {
  /** Records that arrived at least once. */
  readonly records: number;
  readonly samples: number;
  /** Messages whose record, or part of it, was there already. Dropped. */
  readonly duplicates: number;
  /** First arrivals that came after a later number of the same lane. */
  readonly outOfOrder: number;
  /** Numbers that the site says it will not send, by cause. */
  readonly skipped: { readonly expired: number; readonly filtered: number; readonly quarantined: number };
  /** Highest number heard of. */
  readonly highest: number;
  /** Numbers below it that no message has accounted for: [first, last]. */
  readonly gaps: readonly (readonly [number, number])[];
}

/** Accounts for the numbers of one stream, by the messages alone. */
export interface Ledger {
  /** Enters a message; false: everything in it was there already. */
  enter(message: StreamMessage): boolean;
  /** Numbers up to `head` that no message has accounted for. */
  missing(head: number): readonly (readonly [number, number])[];
  state(): StreamLedger;
}

export function createLedger(): Ledger {
  const accounted = createNumberSet();
  const arrived = createNumberSet();
  const parts = new Map<number, NumberSet>();
  const latest = new Map<string, number>();
  const skipped = { expired: 0, filtered: 0, quarantined: 0 };
  let records = 0;
  let samples = 0;
  let duplicates = 0;
  let outOfOrder = 0;

  const account = (message: StreamMessage): boolean => {
    const isNews = accounted.add(message.after + 1, message.seq) > 0;
    if (isNews && message.skipped) {
      for (const cause of ['expired', 'filtered', 'quarantined'] as const) skipped[cause] += message.skipped[cause];
    }
    return isNews;
  };

  const enterRecord = (message: RecordMessage): boolean => {
    if (arrived.has(message.seq)) return false;
    const { part } = message;
    if (part) {
      const known = parts.get(message.seq) ?? createNumberSet();
      parts.set(message.seq, known);
      if (known.add(part.first + 1, part.first + part.count) === 0) return false;
      if (known.missing(part.of).length > 0) return true;
      parts.delete(message.seq);
      samples += part.of;
    } else if (message.stream === 'sample') samples += message.body.point.length;
    arrived.add(message.seq, message.seq);
    records += 1;
    account(message);
    const before = latest.get(message.lane) ?? 0;
    if (message.seq < before) outOfOrder += 1;
    else latest.set(message.lane, message.seq);
    return true;
  };

  return {
    enter(message) {
      const isNews = 'body' in message ? enterRecord(message) : account(message);
      if (!isNews) duplicates += 1;
      return isNews;
    },
    missing: (head) => accounted.missing(head),
    state: () => ({
      records,
      samples,
      duplicates,
      outOfOrder,
      skipped: { ...skipped },
      highest: accounted.highest,
      gaps: accounted.missing(accounted.highest),
    }),
  };
}
