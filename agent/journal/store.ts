import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalRecord, Stream } from '#agent/model/record.ts';
import { BlockTable } from './block-table.ts';
import { openConnection } from './connection.ts';
import { CursorTable } from './cursor-table.ts';
import { PointDictionary } from './point-dictionary.ts';
import { RecordTable, toRecord } from './record-table.ts';
import { RollupTable } from './rollup/rollup-table.ts';
import { migrate } from './schema.ts';
import { StateTable } from './state-table.ts';
import { DURABLE_STREAMS } from './streams.ts';

/** The statements on every table, over one connection. Knows tables, no policy. */
export interface Tables {
  readonly file: string;
  readonly database: Database.Database;
  readonly dictionary: PointDictionary;
  readonly records: RecordTable;
  readonly blocks: BlockTable;
  readonly rollups: RollupTable;
  readonly cursors: CursorTable;
  readonly state: StateTable;
  close(): void;
}

/** The database file with its two connections. */
export interface Store {
  /** Commits are on the disk when they return. */
  readonly durable: Pick<Tables, 'database' | 'records' | 'state'>;
  /** Commits survive the death of the process; the disk follows. Everything is read here. */
  readonly batched: Tables;
  close(): void;
}

export const journalFile = (directory: string): string => join(directory, 'journal.sqlite');

/** Throws what SQLite throws where the file is damaged. */
export function openStore(file: string, logPages: number): Store {
  const durable = openConnection(file, 'durable', logPages);
  try {
    migrate(durable);
    const batched = tablesOver(openConnection(file, 'batched', logPages), file);
    return {
      durable: { database: durable, records: new RecordTable(durable), state: new StateTable(durable) },
      batched,
      close: () => {
        batched.close();
        durable.close();
      },
    };
  } catch (error) {
    durable.close();
    throw error;
  }
}

/** For reading beside a running agent: never writes, never blocks the writer. Throws where there is no journal. */
export function openForReading(directory: string): Tables {
  const file = journalFile(directory);
  if (!existsSync(file)) {
    throw new Error(
      `read journal ${directory}: there is no journal.sqlite; give the directory that the site file names under journal`,
    );
  }
  return tablesOver(new Database(file, { readonly: true, timeout: 5000 }), file);
}

/** Closes the database if it can't be read. */
export function tablesOver(database: Database.Database, file: string): Tables {
  try {
    const dictionary = new PointDictionary(database);
    return {
      file,
      database,
      dictionary,
      records: new RecordTable(database),
      blocks: new BlockTable(database, dictionary),
      rollups: new RollupTable(database),
      cursors: new CursorTable(database),
      state: new StateTable(database),
      close: () => {
        database.close();
      },
    };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Lowest and highest seq of a stream in the file. */
export const endsOf = (tables: Tables, stream: Stream): { readonly first: number; readonly last: number } | undefined =>
  stream === 'sample' ? tables.blocks.ends() : tables.records.ends(stream);

/** UTC ms of the youngest record of any stream; 0 when the journal is empty. */
export function lastTime({ records, blocks }: Tables): number {
  const times = DURABLE_STREAMS.map((stream) => {
    const end = records.ends(stream)?.last ?? 0;
    return records.rows(stream, end - 1, Number.MAX_SAFE_INTEGER, 1)[0]?.time ?? 0;
  });
  return Math.max(...times, blocks.youngest()?.last_time ?? 0);
}

/** The youngest gap that can be read. */
export function lastGap({ records }: Tables): (JournalRecord & { readonly stream: 'gap' }) | undefined {
  const end = records.ends('gap')?.last;
  const row = end === undefined ? undefined : records.rows('gap', end - 1, Number.MAX_SAFE_INTEGER, 1)[0];
  const record = row && toRecord('gap', row);
  return record?.stream === 'gap' ? record : undefined;
}
