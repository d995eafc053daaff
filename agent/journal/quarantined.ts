import { existsSync } from 'node:fs';
import type { ReceiverId } from '#agent/model/ids.ts';
import type { JournalRecord, Stream } from '#agent/model/record.ts';
import { openConnection } from './connection.ts';
import { lockDirectory } from './directory-lock.ts';
import { decodeRow } from './record-reader.ts';
import { toRecord } from './record-table.ts';
import { journalFile, type Tables, tablesOver } from './store.ts';

/** One record by its number; undefined when it has expired or can't be read. */
export function recordAt(tables: Tables, stream: Stream, seq: number): JournalRecord | undefined {
  if (stream !== 'sample') {
    const [row] = tables.records.rows(stream, seq - 1, seq + 1, 1);
    return row && toRecord(stream, row);
  }
  for (const row of tables.blocks.rows(seq - 1, seq + 1, 1)) {
    const batch = decodeRow(row, tables)?.find((each) => each.seq === seq);
    if (batch) return { stream, seq, time: batch.time, body: batch.samples };
  }
  return undefined;
}

const LOG_PAGES = 1_000;

/**
 * Changes a receiver's cursors while no agent works on the journal. Throws JournalInUse while one does: it has them in
 * memory, and would write them back.
 */
export function changeCursors(
  directory: string,
  receiver: ReceiverId,
  change: (cursors: ReadonlyMap<string, string>) => ReadonlyMap<string, string>,
): void {
  const file = journalFile(directory);
  if (!existsSync(file)) throw new Error(`change cursors in ${directory}: there is no journal.sqlite`);
  const unlock = lockDirectory(directory);
  try {
    const tables = tablesOver(openConnection(file, 'durable', LOG_PAGES), file);
    try {
      tables.cursors.set(receiver, change(tables.cursors.of(receiver)));
    } finally {
      tables.close();
    }
  } finally {
    unlock();
  }
}
