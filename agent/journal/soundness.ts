import { statSync } from 'node:fs';
import { toRecord } from './record-table.ts';
import { decodeRow } from './record-reader.ts';
import type { Tables } from './store.ts';
import { DURABLE_STREAMS } from './streams.ts';

/** Up to here the whole file is checked at start; reading 64 MiB takes about a tenth of a second. */
const WHOLE_CHECK_BYTES = 64 * 1024 * 1024;
/** How many of the youngest rows of each stream are checked in a larger file: the ones a crash could have hurt. */
const YOUNGEST = 64;

/** The file can be opened, but what it holds is not what was written. */
export class UnsoundFile extends Error {
  override readonly name = 'UnsoundFile';
}

/**
 * Throws UnsoundFile if the file is damaged where it matters at start. Bounded time: a small file is checked whole, a large one at
 * its youngest rows and small tables; the rest is checked by its sums when it is read.
 */
export function checkSoundness(tables: Tables): void {
  const { database, records, blocks } = tables;
  if (statSync(tables.file).size <= WHOLE_CHECK_BYTES) {
    const verdict = String(database.pragma('quick_check(1)', { simple: true }));
    if (verdict !== 'ok') throw new UnsoundFile(`the database is damaged: ${verdict}`);
  }
  database.prepare('SELECT count(value) FROM state').get();
  database.prepare('SELECT count(value) FROM cursor').get();
  for (const stream of DURABLE_STREAMS) {
    const last = records.ends(stream)?.last ?? 0;
    for (const row of records.rows(stream, last - YOUNGEST, Number.MAX_SAFE_INTEGER, YOUNGEST)) {
      if (!toRecord(stream, row))
        throw new UnsoundFile(`record ${row.seq} of stream ${stream} is not what was written`);
    }
  }
  const last = blocks.ends()?.last ?? 0;
  for (const row of blocks.rows(last - YOUNGEST, Number.MAX_SAFE_INTEGER, YOUNGEST)) {
    if (!decodeRow(row, tables)) throw new UnsoundFile(`samples ${row.first} to ${row.last} are not what was written`);
  }
}
