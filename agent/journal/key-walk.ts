import { SqliteError } from 'better-sqlite3';

/** Reads rows whose key is above `after`, ascending, at most `limit`; throws where a page of the file is damaged. */
export type ReadAfter<Row> = (after: number, limit: number) => Row[];

const PAGE_OF_ROWS = 256;
/** Stops the search behind a damaged page: beyond this many keys nothing more is expected. */
const FURTHEST = 2 ** 40;

/**
 * Every row that can still be read from a damaged table, in order of its key. Where reading fails, the walk goes row by
 * row up to the fault, then doubles its step until something can be read again, and closes in on the first such key.
 */
export function* walkReadable<Row>(read: ReadAfter<Row>, keyOf: (row: Row) => number, from = -1): Generator<Row> {
  let after = from;
  let limit = PAGE_OF_ROWS;
  for (;;) {
    const rows = attempt(read, after, limit);
    if (rows !== undefined) {
      const last = rows.at(-1);
      if (last === undefined) return;
      yield* rows;
      after = keyOf(last);
      limit = PAGE_OF_ROWS;
    } else if (limit > 1) {
      limit = Math.floor(limit / 4) || 1;
    } else {
      const next = behindFault(read, after);
      if (next === undefined) return;
      after = next;
      limit = PAGE_OF_ROWS;
    }
  }
}

/** The smallest position found from which a row can be read again, undefined where there is none. */
function behindFault<Row>(read: ReadAfter<Row>, fault: number): number | undefined {
  let step = 1;
  while (attempt(read, fault + step, 1)?.length !== 1) {
    step *= 2;
    if (step > FURTHEST) return undefined;
  }
  let unreadable = fault + Math.floor(step / 2);
  let readable = fault + step;
  while (readable - unreadable > 1) {
    const middle = Math.floor((readable + unreadable) / 2);
    if (attempt(read, middle, 1)?.length === 1) readable = middle;
    else unreadable = middle;
  }
  return readable;
}

function attempt<Row>(read: ReadAfter<Row>, after: number, limit: number): Row[] | undefined {
  try {
    return read(after, limit);
  } catch {
    return undefined;
  }
}

/** Reading a damaged table ends where it ends; what came before counts. */
export function quietly(copy: () => void): void {
  try {
    copy();
  } catch (error) {
    if (!(error instanceof SqliteError)) throw error;
  }
}
