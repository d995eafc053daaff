import type { Database } from 'better-sqlite3';
import type { Sample } from '#agent/model/sample.ts';
import { encodeBlock } from './block-codec/encode-block.ts';
import type { SampleBatch } from './block-codec/sample-batch.ts';
import { blockCheckSum } from './check-sum.ts';
import type { PointDictionary } from './point-dictionary.ts';

export interface BlockRow {
  readonly first: number;
  readonly last: number;
  readonly check_sum: number;
  readonly body: Buffer;
}

/** A row without its body; see schema.ts. */
export interface BlockFacts {
  readonly first: number;
  readonly last: number;
  readonly first_time: number;
  readonly last_time: number;
  readonly from_time: number;
  readonly to_time: number;
  readonly receive_time: number;
  readonly samples: number;
  readonly flags_all: number;
  /** Of the body. */
  readonly bytes: number;
}

const FACTS =
  'first, last, first_time, last_time, from_time, to_time, receive_time, samples, flags_all, length(body) AS bytes';

/** The statements on table `block`. */
export class BlockTable {
  readonly #insert;
  readonly #select;
  readonly #start;
  readonly #ends;
  readonly #remove;
  readonly #fromYoungest;
  readonly #oldest;
  readonly #youngest;
  readonly #dictionary: PointDictionary;

  constructor(database: Database, dictionary: PointDictionary) {
    this.#dictionary = dictionary;
    this.#insert = database.prepare<(number | Buffer)[]>(
      `INSERT INTO block (first, last, first_time, last_time, from_time, to_time, receive_time, samples, flags_all,
       check_sum, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#select = database.prepare<[number, number, number], BlockRow>(
      'SELECT first, last, check_sum, body FROM block WHERE first >= ? AND first < ? ORDER BY first LIMIT ?',
    );
    this.#start = database
      .prepare<[number], number>('SELECT first FROM block WHERE first <= ? ORDER BY first DESC LIMIT 1')
      .pluck();
    this.#ends = database.prepare<[], { first: number | null; last: number | null }>(
      'SELECT (SELECT first FROM block ORDER BY first LIMIT 1) AS first, (SELECT last FROM block ORDER BY first DESC LIMIT 1) AS last',
    );
    this.#youngest = database.prepare<[], BlockFacts>(`SELECT ${FACTS} FROM block ORDER BY first DESC LIMIT 1`);
    this.#oldest = database.prepare<[number], BlockFacts>(`SELECT ${FACTS} FROM block ORDER BY first LIMIT ?`);
    this.#fromYoungest = database.prepare<[], BlockFacts>(`SELECT ${FACTS} FROM block ORDER BY first DESC`);
    this.#remove = database.prepare<[number, number]>('DELETE FROM block WHERE first >= ? AND last <= ?');
  }

  /** One row for these records, which follow each other. Within a transaction. */
  insert(batches: readonly SampleBatch[]): void {
    const head = batches[0];
    const end = batches.at(-1);
    if (head === undefined || end === undefined) return;
    const body = encodeBlock(batches, this.#dictionary.numbersOf);
    this.#dictionary.save();
    const span = spanOf(batches);
    this.#insert.run(
      head.seq,
      end.seq,
      head.time,
      end.time,
      span.from,
      span.to,
      span.received,
      span.samples,
      span.flags,
      blockCheckSum(head.seq, end.seq, body),
      body,
    );
  }

  /** Rows that hold a seq above `after` and below `before`, ascending, at most `limit`. */
  rows(after: number, before: number, limit: number): BlockRow[] {
    const rows = this.#select.all(this.#start.get(after + 1) ?? after + 1, before, limit + 1);
    const wanted = rows[0] !== undefined && rows[0].last <= after ? rows.slice(1) : rows;
    return wanted.slice(0, limit);
  }

  /** Lowest seq of the youngest rows that hold one record each and together at most `samples` samples; head + 1: none. */
  unpackedFrom(samples: number, head: number): number {
    let from = head + 1;
    let sum = 0;
    for (const row of this.fromYoungest()) {
      sum += row.samples;
      if (row.first !== row.last || row.last !== from - 1 || sum > samples) break;
      from = row.first;
    }
    return from;
  }

  oldest(limit: number): BlockFacts[] {
    return this.#oldest.all(limit);
  }

  /** To be left early: what is not asked for is not read. */
  fromYoungest(): IterableIterator<BlockFacts> {
    return this.#fromYoungest.iterate();
  }

  youngest(): BlockFacts | undefined {
    return this.#youngest.get();
  }

  remove(first: number, last: number): void {
    this.#remove.run(first, last);
  }

  ends(): { readonly first: number; readonly last: number } | undefined {
    const row = this.#ends.get();
    return row?.first == null || row.last == null ? undefined : { first: row.first, last: row.last };
  }
}

interface Span {
  from: number;
  to: number;
  received: number;
  samples: number;
  flags: number;
}

function spanOf(batches: readonly SampleBatch[]): Span {
  const span: Span = { from: Infinity, to: -Infinity, received: -Infinity, samples: 0, flags: 0x7fff_ffff };
  const widen = (sample: Sample): void => {
    if (sample.sourceTime < span.from) span.from = sample.sourceTime;
    if (sample.sourceTime > span.to) span.to = sample.sourceTime;
    if (sample.receiveTime > span.received) span.received = sample.receiveTime;
    span.flags &= sample.flags;
  };
  for (const batch of batches) {
    batch.samples.forEach(widen);
    span.samples += batch.samples.length;
  }
  return span;
}
