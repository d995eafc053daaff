import type { Database } from 'better-sqlite3';
import type { DurableStream, JournalRecord } from '#agent/model/record.ts';
import { recordCheckSum, recordChain } from './check-sum.ts';
import { DURABLE_STREAMS } from './streams.ts';

export interface RecordRow {
  readonly seq: number;
  readonly time: number;
  readonly check_sum: number;
  readonly body: string;
  readonly chain: Buffer;
}

/** The statements on table `record`. */
export class RecordTable {
  readonly #insert;
  readonly #select;
  readonly #ends;
  readonly #lastChain;
  readonly #remove;
  readonly #rewrite;
  readonly #database;

  constructor(database: Database) {
    this.#database = database;
    this.#rewrite = database.prepare<[string, number, number, number]>(
      'UPDATE record SET body = ?, check_sum = ? WHERE stream = ? AND seq = ?',
    );
    this.#insert = database.prepare<[number, number, number, number, string, Buffer]>(
      'INSERT INTO record (stream, seq, time, check_sum, body, chain) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#select = database.prepare<[number, number, number, number], RecordRow>(
      'SELECT seq, time, check_sum, body, chain FROM record WHERE stream = ? AND seq > ? AND seq < ? ORDER BY seq LIMIT ?',
    );
    this.#lastChain = database
      .prepare<[number], Buffer>('SELECT chain FROM record WHERE stream = ? ORDER BY seq DESC LIMIT 1')
      .pluck();
    this.#remove = database.prepare<[number, number]>('DELETE FROM record WHERE stream = ? AND seq < ?');
    // Two lookups: asked for both at once, SQLite reads the whole stream.
    this.#ends = database.prepare<[number, number], { first: number | null; last: number | null }>(
      'SELECT (SELECT min(seq) FROM record WHERE stream = ?) AS first, (SELECT max(seq) FROM record WHERE stream = ?) AS last',
    );
  }

  /** Appends to the stream's chain. Within a transaction, in order of seq. */
  insert(record: JournalRecord & { readonly stream: DurableStream }): void {
    const { seq, time } = record;
    const stream = DURABLE_STREAMS.indexOf(record.stream);
    const body = JSON.stringify(record.body);
    const chain = recordChain(this.#lastChain.get(stream), { stream, seq, time, body });
    this.#insert.run(stream, seq, time, recordCheckSum(stream, seq, time, body), body, chain);
  }

  /** Removes what lies below `seq`. */
  removeBelow(stream: DurableStream, seq: number): void {
    this.#overwriting(() => this.#remove.run(DURABLE_STREAMS.indexOf(stream), seq));
  }

  /** Puts another body in the place of the record's; its link in the chain stays that of the body before. */
  rewrite(stream: DurableStream, { seq, time, body }: JournalRecord): void {
    const number = DURABLE_STREAMS.indexOf(stream);
    const text = JSON.stringify(body);
    this.#overwriting(() => this.#rewrite.run(text, recordCheckSum(number, seq, time, text), number, seq));
  }

  /** What goes is zeroed in the file: SQLite would leave its bytes in free pages. Costs too much for samples. */
  #overwriting(change: () => void): void {
    this.#database.pragma('secure_delete = ON');
    try {
      change();
    } finally {
      this.#database.pragma('secure_delete = OFF');
    }
  }

  rows(stream: DurableStream, after: number, before: number, limit: number): RecordRow[] {
    return this.#select.all(DURABLE_STREAMS.indexOf(stream), after, before, limit);
  }

  /** Lowest and highest seq kept, undefined when empty. */
  ends(stream: DurableStream): { readonly first: number; readonly last: number } | undefined {
    const number = DURABLE_STREAMS.indexOf(stream);
    const row = this.#ends.get(number, number);
    return row?.first == null || row.last == null ? undefined : { first: row.first, last: row.last };
  }
}

/** A record from its row; undefined where the body is not what was written. */
export function toRecord(stream: DurableStream, row: RecordRow): JournalRecord | undefined {
  const number = DURABLE_STREAMS.indexOf(stream);
  if (recordCheckSum(number, row.seq, row.time, row.body) !== row.check_sum) return undefined;
  const body = JSON.parse(row.body) as JournalRecord['body'];
  return { stream, seq: row.seq, time: row.time, body } as JournalRecord;
}
