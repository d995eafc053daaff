import type { Database } from 'better-sqlite3';
import { join } from 'node:path';
import type { JournalRecord, Stream } from '#agent/model/record.ts';
import { BlockTable } from './block-table.ts';
import { openConnection } from './connection.ts';
import { CursorTable } from './cursor-table.ts';
import { PointDictionary } from './point-dictionary.ts';
import { RecordTable, toRecord } from './record-table.ts';
import { migrate } from './schema.ts';
import { StateTable } from './state-table.ts';
import { DURABLE_STREAMS } from './streams.ts';

/** The database file with its two connections and the statements on each. Knows tables, no policy. */
export interface Store {
  readonly file: string;
  /** Commits are on the disk when they return. */
  readonly durable: { readonly database: Database; readonly records: RecordTable; readonly state: StateTable };
  /** Commits survive the death of the process; the disk follows. Everything is read here. */
  readonly batched: {
    readonly database: Database;
    readonly records: RecordTable;
    readonly blocks: BlockTable;
    readonly cursors: CursorTable;
    readonly state: StateTable;
  };
  readonly dictionary: PointDictionary;
  close(): void;
}

export const journalFile = (directory: string): string => join(directory, 'journal.sqlite');

/** Throws what SQLite throws where the file is damaged. */
export function openStore(file: string): Store {
  const durable = openConnection(file, 'durable');
  let batched: Database | undefined;
  try {
    migrate(durable);
    batched = openConnection(file, 'batched');
    const dictionary = new PointDictionary(batched);
    return {
      file,
      durable: { database: durable, records: new RecordTable(durable), state: new StateTable(durable) },
      batched: {
        database: batched,
        records: new RecordTable(batched),
        blocks: new BlockTable(batched, dictionary),
        cursors: new CursorTable(batched),
        state: new StateTable(batched),
      },
      dictionary,
      close: () => {
        batched?.close();
        durable.close();
      },
    };
  } catch (error) {
    batched?.close();
    durable.close();
    throw error;
  }
}

/** Lowest and highest seq of a stream in the file. */
export const endsOf = (store: Store, stream: Stream): { readonly first: number; readonly last: number } | undefined =>
  stream === 'sample' ? store.batched.blocks.ends() : store.batched.records.ends(stream);

/** UTC ms of the youngest record of any stream; 0 when the journal is empty. */
export function lastTime(store: Store): number {
  const times = DURABLE_STREAMS.map((stream) => {
    const end = store.batched.records.ends(stream)?.last ?? 0;
    return store.batched.records.rows(stream, end - 1, Number.MAX_SAFE_INTEGER, 1)[0]?.time ?? 0;
  });
  const block = store.batched.database.prepare('SELECT last_time FROM block ORDER BY first DESC LIMIT 1').pluck().get();
  return Math.max(...times, Number(block ?? 0));
}

/** The youngest record of a stream that can be read. */
export function lastRecord(store: Store, stream: 'gap'): JournalRecord | undefined {
  const end = store.batched.records.ends(stream)?.last;
  if (end === undefined) return undefined;
  const row = store.batched.records.rows(stream, end - 1, Number.MAX_SAFE_INTEGER, 1)[0];
  return row && toRecord(stream, row);
}
