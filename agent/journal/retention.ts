import type { Gap } from '#agent/model/event.ts';
import type { DurableStream, Stream } from '#agent/model/record.ts';
import { HOUR_MS, MINUTE_MS } from './rollup/rollup-keeper.ts';
import type { BlockFacts } from './block-table.ts';
import { PEOPLE_STREAMS } from './people-retention.ts';
import { endsOf, type Store } from './store.ts';
import { DURABLE_STREAMS, type PerStream } from './streams.ts';

export interface RetentionOptions {
  /** Records older than this expire; those of stream audit not before they are 190 days old. */
  readonly maxAgeMs: number;
  /** Alarms and the other durable records that no receiver has yet are kept this long. */
  readonly maxUndeliveredAgeMs: number;
  /** Records that tell of persons stay so long; with them all of their streams. Absent: as long as the others. */
  readonly peopleMaxAgeMs?: number;
  /** The used part of the file is kept below this. Bytes. */
  readonly maxBytes: number;
  /** Highest seq of the stream that every receiver has acknowledged; Infinity where there is no receiver. */
  readonly deliveredUpTo: (stream: Stream) => number;
}

/** Rows removed in one transaction: about 10 ms. */
const STEP_ROWS = 64;
/** Hours cost little: they stay for the long trends. */
const HOURS_KEPT_MS = 5 * 366 * 24 * HOUR_MS;
/** Who did what is kept for six months at least (Cybersecurity Law of the PRC, article 21), and a little more. */
const AUDIT_KEPT_MS = 190 * 24 * HOUR_MS;
/** Room is made from the first share of the size down to the second, so that not every sample has to make its own. */
const HIGH_WATER = 0.97;
const LOW_WATER = 0.95;
/** What a full disk frees at once. */
const ROOM_BYTES = 512 * 1024;

/** What a step has removed. */
export interface Expired {
  readonly stream: Stream;
  readonly first: number;
  readonly last: number;
  /** A gap where a receiver did not have all of it. */
  readonly gap?: Gap;
}

/** Decides what expires and removes it, oldest first: samples, then what is delivered. Steps are short. */
export class Retention {
  readonly #store: Store;
  readonly #options: RetentionOptions;
  readonly #oldRecords;

  constructor(store: Store, options: RetentionOptions) {
    this.#store = store;
    this.#options = options;
    const { database } = store.batched;
    this.#oldRecords = database.prepare<
      [number, number],
      { first: number | null; last: number | null; from: number; to: number }
    >(
      `SELECT min(seq) AS first, max(seq) AS last, min(time) AS "from", max(time) AS "to" FROM
       (SELECT seq, time FROM record WHERE stream = ? ORDER BY seq LIMIT ${STEP_ROWS}) WHERE time < ?`,
    );
  }

  /** Bytes of the file in use, the log not counted: freed pages are used again before the file grows. */
  get usedBytes(): number {
    const { database } = this.#store.batched;
    const pragma = (name: string): number => Number(database.pragma(name, { simple: true }));
    return (pragma('page_count') - pragma('freelist_count')) * pragma('page_size');
  }

  /** One step, within a transaction. Empty: nothing is due. `now` undefined: by size alone. */
  step(now: number | undefined): Expired[] {
    const { maxBytes } = this.#options;
    const used = this.usedBytes;
    const isTooLarge = used > maxBytes * HIGH_WATER;
    const before = (now ?? -Infinity) - this.#options.maxAgeMs;
    const rows = this.#expendable();
    const due = isTooLarge ? worth(rows, used - maxBytes * LOW_WATER) : rows.filter((row) => row.last_time < before);
    const expired = due.length > 0 ? [this.#expireBlocks(due, isTooLarge ? 'size' : 'age')] : [];
    for (const stream of now === undefined ? [] : DURABLE_STREAMS) {
      const step = this.#expireRecords(stream, before, now ?? before);
      if (step) expired.push(step);
    }
    if (now === undefined) return expired;
    this.#store.batched.rollups.expire(MINUTE_MS, before);
    this.#store.batched.rollups.expire(HOUR_MS, now - HOURS_KEPT_MS);
    return expired;
  }

  /** Removes the oldest samples whatever their age, because the disk is full. Within a transaction. */
  makeRoom(): Expired[] {
    const rows = worth(this.#expendable(), ROOM_BYTES);
    return rows.length > 0 ? [this.#expireBlocks(rows, 'disk')] : [];
  }

  /** The youngest row of a stream stays: it is what the numbers go on from. */
  #expendable(): BlockFacts[] {
    const newest = endsOf(this.#store.batched, 'sample')?.last ?? 0;
    return this.#store.batched.blocks.oldest(STEP_ROWS).filter((row) => row.last < newest);
  }

  #expireBlocks(rows: readonly BlockFacts[], why: keyof typeof reasons): Expired {
    const first = rows[0]?.first ?? 0;
    const last = rows.at(-1)?.last ?? 0;
    this.#store.batched.blocks.remove(first, last);
    if (last <= this.#options.deliveredUpTo('sample')) return { stream: 'sample', first, last };
    const gap: Gap = {
      from: Math.min(...rows.map((row) => row.from_time)),
      to: Math.max(...rows.map((row) => row.to_time)) + 1,
      reason: why === 'disk' ? 'disk-full' : 'expired',
      lost: rows.reduce((sum, row) => sum + row.samples, 0),
      records: { stream: 'sample', first, last },
      text: `Samples were removed before every receiver had them: ${reasons[why]}.`,
      flags: rows.reduce((flags, row) => flags & row.flags_all, 1),
    };
    return { stream: 'sample', first, last, gap };
  }

  /** Delivered records go by age; undelivered ones by their own, longer age. */
  #expireRecords(stream: DurableStream, before: number, now: number): Expired | undefined {
    const delivered = this.#options.deliveredUpTo(stream);
    const latest = now - this.#keptAnyway(stream);
    const old = this.#oldRecords.get(DURABLE_STREAMS.indexOf(stream), Math.min(before, latest));
    if (old?.first == null || old.last == null) return undefined;
    const undeliveredBefore = Math.min(now - this.#options.maxUndeliveredAgeMs, latest);
    const veryOld = this.#oldRecords.get(DURABLE_STREAMS.indexOf(stream), undeliveredBefore);
    const newest = endsOf(this.#store.batched, stream)?.last ?? 0;
    const last = Math.min(old.last, newest - 1, Math.max(delivered, veryOld?.last ?? 0));
    if (last < old.first) return undefined;
    this.#store.batched.records.removeBelow(stream, last + 1);
    const range = { stream, first: old.first, last };
    if (last <= delivered) return range;
    const records = { stream, first: Math.max(old.first, delivered + 1), last };
    const gap: Gap = {
      from: old.from,
      to: old.to + 1,
      reason: 'expired',
      lost: records.last - records.first + 1,
      records,
      text: `Records of stream ${stream} were removed before every receiver had them: ${reasons.age}.`,
      flags: 0,
    };
    return { ...range, gap };
  }

  /** Whatever the age of records says. Milliseconds. */
  #keptAnyway(stream: DurableStream): number {
    if (stream === 'audit') return AUDIT_KEPT_MS;
    return PEOPLE_STREAMS.some((one) => one === stream) ? (this.#options.peopleMaxAgeMs ?? 0) : 0;
  }
}

/** The first rows that together have so many bytes, or all. */
function worth(rows: readonly BlockFacts[], bytes: number): BlockFacts[] {
  let sum = 0;
  return rows.filter((row) => {
    const isNeeded = sum < bytes;
    sum += row.bytes;
    return isNeeded;
  });
}

const reasons = {
  age: 'they were older than the configured age',
  size: 'the journal had reached its configured size',
  disk: 'the disk was full',
} as const;

/** One entry for each stream, from the lowest to the highest number. */
export function tailsAfter(tails: PerStream<number>, expired: readonly Expired[]): PerStream<number> {
  const after = { ...tails };
  for (const { stream, last } of expired) after[stream] = Math.max(after[stream], last + 1);
  return after;
}
