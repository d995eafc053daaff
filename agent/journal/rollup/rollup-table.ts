import type { Database } from 'better-sqlite3';
import { crc32 } from 'node:zlib';
import type { ClosedPeriod } from './open-periods.ts';
import { decodePart, encodePart } from './rollup-part.ts';

interface RollupRow {
  readonly id: number;
  readonly start: number;
  readonly through: number;
  readonly check_sum: number;
  readonly body: Buffer;
}

export interface StoredPart extends ClosedPeriod {
  readonly id: number;
  readonly through: number;
}

/** The statements on table `rollup`. A part whose bytes are not what was written is left out. */
export class RollupTable {
  readonly #insert;
  readonly #range;
  readonly #after;
  readonly #newest;
  readonly #through;
  readonly #expire;

  constructor(database: Database) {
    this.#insert = database.prepare<[number, number, number, number, number, Buffer]>(
      'INSERT INTO rollup (level, start, through, open_from, check_sum, body) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#range = database.prepare<[number, number, number], RollupRow>(
      'SELECT id, start, through, check_sum, body FROM rollup WHERE level = ? AND start > ? AND start < ? ORDER BY start, id',
    );
    this.#after = database.prepare<[number, number], RollupRow>(
      'SELECT id, start, through, check_sum, body FROM rollup WHERE level = ? AND id >= ? ORDER BY id',
    );
    this.#newest = database.prepare<[number], { open_from: number }>(
      'SELECT open_from FROM rollup WHERE level = ? ORDER BY id DESC LIMIT 1',
    );
    this.#through = database
      .prepare<[number, number], number | null>('SELECT max(through) FROM rollup WHERE level = ? AND start = ?')
      .pluck();
    this.#expire = database.prepare<[number, number]>('DELETE FROM rollup WHERE level = ? AND start < ?');
  }

  /** Within a transaction. Returns the part's id. */
  insert(level: number, period: ClosedPeriod, mark: { readonly through: number; readonly openFrom: number }): number {
    const body = encodePart(period.points, period.start);
    const done = this.#insert.run(level, period.start, mark.through, mark.openFrom, crc32(body), body);
    return Number(done.lastInsertRowid);
  }

  /** Parts of periods that touch [from, to), by start. */
  *range(level: number, from: number, to: number): Generator<StoredPart> {
    for (const row of this.#range.iterate(level, from - level, to)) yield* toPart(row);
  }

  /** Parts with at least this id. */
  *from(level: number, id: number): Generator<StoredPart> {
    for (const row of this.#after.iterate(level, id)) yield* toPart(row);
  }

  /** Where counting must begin again after a restart; 0: from the beginning. */
  openFrom(level: number): number {
    return this.#newest.get(level)?.open_from ?? 0;
  }

  /** The highest position that the stored parts of a period hold; -1: none. */
  through(level: number, start: number): number {
    return this.#through.get(level, start) ?? -1;
  }

  expire(level: number, before: number): void {
    this.#expire.run(level, before);
  }
}

function* toPart({ id, start, through, check_sum: checkSum, body }: RollupRow): Generator<StoredPart> {
  if (crc32(body) === checkSum) yield { id, start, through, points: decodePart(body, start) };
}
