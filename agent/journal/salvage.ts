import Database from 'better-sqlite3';
import { quietly, walkReadable } from './key-walk.ts';
import { toRecord, type RecordRow } from './record-table.ts';
import { salvageBlocks, salvageRollups } from './salvage-blocks.ts';
import { extendRanges, type SeqRange } from './seq-range.ts';
import type { Store } from './store.ts';
import { DURABLE_STREAMS, perStream, type PerStream } from './streams.ts';

/** What was saved: the ranges of sequence numbers in each stream, ascending, not touching. */
export type Salvaged = PerStream<SeqRange[]>;

/**
 * Copies all that can be read and proves itself by its checksum from a damaged file into a fresh store. Each table is
 * saved as far as it goes: a fault in one costs nothing in another. Samples are saved from the youngest on while `isInTime`:
 * an agent must not stand still for minutes because of old samples, which stay in the file that was set aside.
 */
export function salvage(damaged: string, into: Store, isInTime: () => boolean): Salvaged {
  const found: PerStream<SeqRange[]> = perStream(() => []);
  let source: Database.Database | undefined;
  try {
    source = new Database(damaged, { readonly: true, timeout: 0 });
    copyDictionary(source, into);
    copyRows(source, into, 'cursor', ['receiver', 'name', 'value']);
    copyRows(source, into, 'state', ['scope', 'key', 'value']);
    for (const stream of DURABLE_STREAMS) copyRecords(source, into, stream, found[stream]);
    found.sample.push(...salvageBlocks(source, into, isInTime));
    salvageRollups(source, into, isInTime);
  } catch {
    // Not even a database any more: what was saved up to here stands, the rest is reported as lost.
  } finally {
    source?.close();
  }
  // What was saved counts from now on: it must be on the disk like everything else.
  into.durable.database.pragma('wal_checkpoint(TRUNCATE)');
  return found;
}

function copyDictionary(source: Database.Database, into: Store): void {
  const insert = into.durable.database.prepare('INSERT OR IGNORE INTO point (number, id) VALUES (?, ?)');
  // The table and its unique index lie on different pages and hold the same.
  for (const from of ['point NOT INDEXED', 'point INDEXED BY sqlite_autoindex_point_1']) {
    quietly(() => {
      for (const row of source
        .prepare<[], { number: number; id: string }>(`SELECT number, id FROM ${from}`)
        .iterate()) {
        insert.run(row.number, row.id);
      }
    });
  }
}

function copyRows(source: Database.Database, into: Store, table: string, columns: readonly string[]): void {
  const insert = into.durable.database.prepare(
    `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for (const direction of ['ASC', 'DESC']) {
    quietly(() => {
      const order = `${columns[0]} ${direction}, ${columns[1]} ${direction}`;
      for (const row of source
        .prepare<[], unknown[]>(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY ${order}`)
        .raw()
        .iterate()) {
        insert.run(...row);
      }
    });
  }
}

function copyRecords(
  source: Database.Database,
  into: Store,
  stream: (typeof DURABLE_STREAMS)[number],
  found: SeqRange[],
): void {
  const number = DURABLE_STREAMS.indexOf(stream);
  quietly(() => {
    const select = source.prepare<[number, number, number], RecordRow>(
      'SELECT seq, time, check_sum, body, chain FROM record WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?',
    );
    const insert = into.durable.database.prepare(
      'INSERT OR IGNORE INTO record (stream, seq, time, check_sum, body, chain) VALUES (?, ?, ?, ?, ?, ?)',
    );
    into.durable.database.transaction(() => {
      for (const row of walkReadable<RecordRow>(
        (after, limit) => select.all(number, after, limit),
        (row) => row.seq,
      )) {
        if (!toRecord(stream, row)) continue;
        insert.run(number, row.seq, row.time, row.check_sum, row.body, row.chain);
        extendRanges(found, row.seq, row.seq);
      }
    })();
  });
}
