import type { Database } from 'better-sqlite3';
import type { BlockRow } from './block-table.ts';
import { blockCheckSum } from './check-sum.ts';
import { quietly, walkReadable } from './key-walk.ts';
import { extendRanges, type SeqRange } from './seq-range.ts';
import type { Store } from './store.ts';

type WholeRow = BlockRow & Readonly<Record<string, number | Buffer>>;

/** How many sequence numbers are saved in one transaction. */
const WINDOW = 2000;
const COLUMNS =
  'first, last, first_time, last_time, from_time, to_time, receive_time, samples, flags_all, check_sum, body';

/** Saves blocks window by window, the youngest first. Returns the ranges saved, ascending. */
export function salvageBlocks(source: Database, into: Store, isInTime: () => boolean): SeqRange[] {
  const windows: SeqRange[][] = [];
  quietly(() => {
    const names = COLUMNS.split(', ');
    const select = source.prepare<[number, number, number], WholeRow>(
      `SELECT ${COLUMNS} FROM block WHERE first > ? AND first <= ? ORDER BY first LIMIT ?`,
    );
    const insert = into.batched.database.prepare(
      `INSERT OR IGNORE INTO block (${COLUMNS}) VALUES (${names.map(() => '?').join(', ')})`,
    );
    for (let end = youngestSeq(source); end > 0 && isInTime(); end -= WINDOW) {
      const found: SeqRange[] = [];
      into.batched.database.transaction(() => {
        const read = (after: number, limit: number): WholeRow[] => select.all(after, end, limit);
        for (const row of walkReadable(read, ({ first }) => first, end - WINDOW)) {
          if (blockCheckSum(row.first, row.last, row.body) !== row.check_sum) continue;
          insert.run(...names.map((name) => row[name]));
          extendRanges(found, row.first, row.last);
        }
      })();
      windows.unshift(found);
      if (isBelow(source, end - WINDOW)) break;
    }
  });
  const ranges: SeqRange[] = [];
  for (const { first, last } of windows.flat()) extendRanges(ranges, first, last);
  return ranges;
}

/** Minutes and hours; what is lost of them is counted again only as far as the samples at hand go. */
export function salvageRollups(source: Database, into: Store, isInTime: () => boolean): void {
  quietly(() => {
    const select = source.prepare<[number, number], { readonly id: number; readonly row: unknown }>(
      'SELECT id, level, start, through, open_from, check_sum, body FROM rollup WHERE id > ? ORDER BY id LIMIT ?',
    );
    const insert = into.batched.database.prepare(
      `INSERT OR IGNORE INTO rollup (id, level, start, through, open_from, check_sum, body)
       VALUES (@id, @level, @start, @through, @open_from, @check_sum, @body)`,
    );
    into.batched.database.transaction(() => {
      for (const row of walkReadable(
        (after, limit) => select.all(after, limit),
        ({ id }) => id,
      )) {
        if (!isInTime()) return;
        insert.run(row);
      }
    })();
  });
}

/** Where the end of the table can't be read, its beginning tells nothing of it: then the search starts high. */
function youngestSeq(source: Database): number {
  let youngest = 0;
  quietly(() => {
    youngest = Number(source.prepare('SELECT first FROM block ORDER BY first DESC LIMIT 1').pluck().get() ?? 0);
  });
  if (youngest > 0) return youngest;
  quietly(() => {
    const read = source.prepare<[number, number], { first: number }>(
      'SELECT first FROM block WHERE first > ? ORDER BY first LIMIT ?',
    );
    for (const { first } of walkReadable(
      (after, limit) => read.all(after, limit),
      (row) => row.first,
    )) {
      youngest = first;
    }
  });
  return youngest;
}

/** True if nothing is stored at or below `seq`. A fault there says nothing. */
function isBelow(source: Database, seq: number): boolean {
  let none = false;
  quietly(() => {
    none = source.prepare('SELECT 1 FROM block WHERE first <= ? LIMIT 1').get(seq) === undefined;
  });
  return none;
}
